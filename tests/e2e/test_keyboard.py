"""From signing in to handing in without a mouse: every stop of the Tab key is seen, and keys are enough."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import TimeoutError as TooLong
from playwright.sync_api import expect

from tests.e2e.bench import FINISHED, PYTHON_MS, VERDICT_MS, program, warm_up
from tests.e2e.work import drawing
from tests.installation import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import FileChooser, Page

    from tests.e2e.school import School

pytestmark = pytest.mark.browser

MARKED_WITHIN_MS = 2_000
MOST_STOPS = 80
"""A page of a student has fewer stops of the Tab key."""
SEEN = """() => {
    const e = document.activeElement;
    const box = e.getBoundingClientRect();
    const marked = (one) => {
        const style = getComputedStyle(one);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    };
    const around = [e, e.parentElement, e.closest(".cm-editor"), e.closest("label"), e.nextElementSibling];
    const isInView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return {isMarked: around.filter(Boolean).some(marked), isInView, what: e.tagName + "#" + e.id + "." + e.className};
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; each stop on the way must be seen."""
    target = page.locator(selector).first
    for _stop in range(MOST_STOPS):
        if target.evaluate("e => e === document.activeElement || e.contains(document.activeElement)"):
            return
        page.keyboard.press("Tab")
        seen = page.evaluate(SEEN)
        if seen["what"].startswith("BODY"):
            continue  # the browser's own stop between the last and the first
        if not seen["isMarked"]:  # the editor marks itself a moment after it has the focus
            page.wait_for_function(f"() => ({SEEN})().isMarked", timeout=MARKED_WITHIN_MS)
        assert seen["isInView"], f"the focus is out of view on {seen['what']}"
    raise AssertionError(f"{selector} is out of reach")


def follow(page: Page, selector: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def press_for_chooser(page: Page) -> FileChooser:
    """Press Enter on a file field. Chromium drops a press at times when the machine is busy: it is pressed again."""
    for _press in range(4):
        with suppress(TooLong):
            with page.expect_file_chooser(timeout=8000) as chooser:
                page.keyboard.press("Enter")
            return chooser.value
    raise AssertionError("no file can be chosen with the keyboard")


def enter(page: Page, school: School, student: str) -> None:
    """Sign in and open the course."""
    follow(page, "main a[href*='sign-in']")
    page.wait_for_url("**/auth/sign-in*")
    tab_to(page, "[name=login]")
    page.keyboard.type(school.logins[student])
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/courses"))
    if not page.url.endswith(f"/courses/{school.course}"):
        follow(page, f"main a[href='/courses/{school.course}']")
        page.wait_for_url(f"**/courses/{school.course}")


def open_activity(page: Page, school: School, name: str) -> None:
    follow(page, f".series a[href='{school.path(name)}']")
    page.wait_for_url(f"**{school.path(name)}")
    page.wait_for_selector("html[data-ready]")


@pytest.mark.long
def test_program_is_written_run_and_handed_in_by_keyboard_alone(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page("/", reduced_motion="reduce")
    enter(page, school, student)
    open_activity(page, school, "hello")
    warm_up(page)
    tab_to(page, ".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.type('prenom = input()\nprint(f"Bonjour, {prenom} !")')
    page.keyboard.press("Escape")

    follow(page, "#run")
    page.wait_for_selector("#console-input:focus", timeout=PYTHON_MS)
    page.keyboard.type("Adèle\n")
    page.wait_for_selector(FINISHED, timeout=PYTHON_MS)
    expect(page.locator("#run")).to_be_focused()
    follow(page, "#submit")

    page.wait_for_selector("#results[data-state=judged]", timeout=VERDICT_MS)
    expect(page.locator("#results .score")).to_contain_text("10")
    assert "Bonjour, Adèle !" in page.inner_text("#console-log")
    assert "prenom} !" in program(page)
    tab_to(page, "#results a")


@pytest.mark.long
def test_quiz_is_answered_by_keyboard_alone(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page("/", reduced_motion="reduce")
    enter(page, school, student)
    open_activity(page, school, "quiz-basics")

    for question in page.locator("fieldset.question").all():
        box = question.locator("input").first
        tab_to(page, f"#{box.get_attribute('id')}")
        page.keyboard.press("Space") if box.get_attribute("type") != "text" else page.keyboard.type("12")
    follow(page, "#submit")

    page.wait_for_selector("#results[data-state=judged]")
    expect(page.locator("#results .score")).to_contain_text(re.compile(r"\d"))


@pytest.mark.long
def test_file_is_handed_in_by_keyboard_alone(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page("/", reduced_motion="reduce")
    enter(page, school, student)
    open_activity(page, school, "flowchart")

    tab_to(page, "#files")
    press_for_chooser(page).set_files({"name": "dessin.png", "mimeType": "image/png", "buffer": drawing()})
    expect(page.locator("#chosen")).to_contain_text("dessin.png")
    tab_to(page, "[name=comment]")
    page.keyboard.type("Voilà.")
    follow(page, "#submit")

    expect(page.locator(".versions > li")).to_have_count(1)
