"""A teacher shows a program to the class: two students follow, one on a phone, one late; the pace; the end."""

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
ASKS = 'nom = input("Nom ? ")\nfor pas in range(1, 4):\n    print("pas", pas, nom)\n'
BANNER_MS = 15_000


@pytest.mark.long
def test_teacher_shows_a_program_at_a_pace_and_the_class_follows_it_to_the_end(
    open_page: Callable[..., Page], school: School, student: str, axe: Callable[..., list[object]]
) -> None:
    desk = open_page(f"{school.path('hello')}?language=python", "teacher")
    page = open_page(f"{school.path('hello')}?language=python", student)
    write(desk, ASKS)
    page.locator(".cm-content").click()
    desk.click("#demo-begin")
    expect(desk.locator("#demo-status")).to_contain_text("Votre classe voit cette console.")

    banner = page.locator("#demo-banner")
    expect(banner).to_contain_text("montre un programme à la classe", timeout=BANNER_MS)
    assert page.evaluate("document.activeElement.closest('.cm-content') !== null")
    assert axe(page) == []
    banner.locator("a").click()
    expect(page.locator("#status")).to_contain_text("Aucun programme n’a encore été exécuté.")

    desk.select_option("#demo-pace", "step")
    desk.click("#run")
    expect(page.locator("#status")).to_have_text("La sortie est montrée ligne par ligne.", timeout=VERDICT_MS)
    desk.click("#demo-next")
    shows(page, "Nom ?")
    expect(page.locator("#shown-program li").first).to_have_text('nom = input("Nom ? ")')
    page.frame_locator("#terminal").locator(".xterm-screen").click()
    page.keyboard.type("zzz")
    desk.frame_locator("#terminal").locator(".xterm-screen").click()
    desk.keyboard.type("Zoé\n")
    shows(page, "Nom ? Zoé")
    desk.click("#demo-next")
    shows(page, "pas 1 Zoé")
    shows(desk, "pas 1 Zoé")
    desk.locator("#demo-title").click()
    desk.keyboard.press("PageDown")
    shows(page, "pas 2 Zoé")
    expect(screen(page)).not_to_contain_text("pas 3")
    expect(screen(page)).not_to_contain_text("zzz")

    late = open_page(page.url.replace(school.address, ""), school.student(), lang="en", width=360)
    shows(late, "pas 2 Zoé")
    expect(late.locator("#status")).to_have_text("The output is shown line by line.")
    late.click("#console-mode")
    expect(late.locator("#console-log")).to_contain_text("pas 2 Zoé")
    assert late.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(late) == []
    assert axe(page) == []

    desk.select_option("#demo-pace", "live")
    expect(late.locator("#console-log")).to_contain_text("pas 3 Zoé", timeout=VERDICT_MS)
    expect(page.locator("#status")).to_contain_text("Le programme est terminé.", timeout=VERDICT_MS)
    assert axe(desk) == []
    desk.click("#demo-end")
    expect(page.locator("#status")).to_have_text("Cette démonstration est terminée.", timeout=VERDICT_MS)
    expect(late.locator("#status")).to_have_text("This demonstration is over.", timeout=VERDICT_MS)
    expect(desk.locator("#demo-status")).to_have_text("Cette console n’est plus montrée à votre classe.")
    expect(desk.locator("#demo-begin")).to_be_focused()
