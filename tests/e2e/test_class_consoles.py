"""A teacher and a student in two browsers: a look over the shoulder, a hint, a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.bench import VERDICT_MS, write
from tests.e2e.test_live_console import screen, shows
from tests.e2e.test_live_console import worker as worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.school import School

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_teacher_looks_sends_a_hint_and_stops_and_the_student_is_told_each_time(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    work = open_page(f"{school.path('hello')}?language=python", student)
    write(work, 'print("bonjour")\ninput("Nom ? ")\n')
    work.click("#run-server")
    shows(work, "Nom ?")

    desk = open_page(f"/courses/{school.course}/consoles", "teacher")
    desk.click("#living-consoles tbody th a")
    shows(desk, "Nom ?")
    watched = work.locator("#staff-notes .watched")
    expect(watched).to_contain_text("Votre console est regardée", timeout=VERDICT_MS)
    desk.frame_locator("#terminal").locator(".xterm-screen").click()
    desk.keyboard.type("zzz")
    desk.fill("#text", "Essayez <b>int</b>.")
    desk.click("text=Envoyer l’indice")
    expect(work.locator("#staff-notes [data-hint] .text")).to_have_text("Essayez <b>int</b>.")
    expect(screen(work)).not_to_contain_text("zzz")
    work.click("text=Ranger l’indice")
    expect(work.locator("#staff-notes [data-hint]")).to_have_count(0)

    desk.fill("#reason", "Passons à la suite.")
    desk.click("button.danger")
    expect(work.locator("#status")).to_contain_text("a arrêté votre programme", timeout=VERDICT_MS)
    expect(work.locator("#status")).to_contain_text("Passons à la suite.")
    expect(watched).to_have_text("")
    expect(desk.locator("#living-consoles")).to_contain_text("Aucun programme", timeout=VERDICT_MS)
