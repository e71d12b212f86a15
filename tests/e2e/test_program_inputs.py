"""Arguments and input files from the panel beside Run: in the page's own Python and on the server alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.bench import PYTHON_MS, VERDICT_MS, warm_up, write
from tests.e2e.test_live_console import screen
from tests.e2e.test_live_console import worker as worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.school import School

pytestmark = [pytest.mark.browser, pytest.mark.long]

SHOWS = "import sys\nprint(sys.argv[1:], repr(open('mots.txt').read()), 'fini')"
GIVEN = "['-n', 'deux mots'] 'été'"


def test_panel_gives_arguments_and_files_in_the_page_and_on_the_server_and_a_reload_finds_them(
    open_page: Callable[..., Page], school: School, student: str, axe: Callable[[Page], list[Any]]
) -> None:
    page = open_page(f"{school.path('hello')}?language=python", student, width=360)
    page.get_by_text("Arguments et fichiers d’entrée").click()
    page.fill("#arguments", "-n 'deux mots'")
    page.fill("#input-name", "mots.txt")
    page.keyboard.press("Enter")
    page.keyboard.type("été")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(page) == []

    page.reload()
    page.wait_for_selector("html[data-ready]")
    write(page, SHOWS)
    warm_up(page)
    page.focus("#arguments")
    page.keyboard.press("Enter")

    expect(page.locator("#console-log")).to_contain_text(f"{GIVEN} fini", timeout=PYTHON_MS)
    page.click("#run-server")
    expect(screen(page)).to_contain_text(GIVEN, timeout=VERDICT_MS)


def test_hostile_names_and_open_quotes_are_refused_in_words(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(f"{school.path('hello')}?language=python", student, expect="status of 422")
    said = page.locator("#inputs-said")
    page.get_by_text("Arguments et fichiers d’entrée").click()

    for name in ("../main.py", "<b>x</b>", "x" * 300, "a\u202etxt", "bonjour.py"):
        page.fill("#input-name", name)
        page.click("#add-input")
        expect(said).to_contain_text("autre" if name == "bonjour.py" else "ne peut pas être le nom")
    page.set_input_files("#input-upload", {"name": "image.png", "mimeType": "image/png", "buffer": b"\x89PNG\xff\0"})
    expect(said).to_contain_text("« image.png » n’est pas un fichier texte")
    page.fill("#arguments", "l'été")
    warm_up(page)
    page.click("#run")

    expect(page.locator("#status")).to_contain_text("Un guillemet des arguments n’est pas refermé")
    page.click("#run-server")
    expect(page.locator("#status")).to_contain_text("Un guillemet des arguments n’est pas refermé")
    assert page.locator("#input-files li").count() == 0
