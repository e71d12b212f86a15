"""Files handed in and quizzes answered, in a real Chromium: with scripts, without, and with what must be refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.bench import sign_in
from tests.e2e.work import drawing

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import FilePayload, Page

    from tests.e2e.school import School

pytestmark = pytest.mark.browser

PHOTO: FilePayload = {"name": "organigramme.png", "mimeType": "image/png", "buffer": drawing()}
PROGRAM: FilePayload = {"name": "programme.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00"}
PAGE_AS_PHOTO: FilePayload = {
    "name": "photo.png",
    "mimeType": "image/png",
    "buffer": b"<html><script>alert(1)</script>",
}
EMPTY: FilePayload = {"name": "vide.png", "mimeType": "image/png", "buffer": b""}


def test_file_is_handed_in_and_a_second_version_keeps_the_first(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("flowchart"), student)

    page.set_input_files("#files", PHOTO)
    expect(page.locator("#chosen")).to_contain_text("organigramme.png")
    page.click("#submit")
    expect(page.locator(".versions > li")).to_have_count(1)
    page.goto(school.path("flowchart"))
    page.set_input_files("#files", {**PHOTO, "name": "mieux.png"})
    page.click("#submit")

    expect(page.locator(".versions > li")).to_have_count(2)
    expect(page.locator(".versions > li").first).to_contain_text("mieux.png")
    page.click("text=mieux.png")
    expect(page.locator("main img")).to_be_visible()
    assert page.evaluate("document.querySelector('main img').naturalWidth") > 0


@pytest.mark.long
@pytest.mark.parametrize(("file", "sentence"), [(PROGRAM, "acceptés|accepté"), (EMPTY, "vide")], ids=["kind", "empty"])
def test_page_refuses_before_sending(
    file: FilePayload, sentence: str, open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("flowchart"), student)
    page.set_input_files("#files", file)

    page.click("#submit")

    expect(page.locator("#files-error")).to_have_text(re.compile(sentence))
    assert page.locator(".versions > li").count() == 0


@pytest.mark.long
@pytest.mark.parametrize("file", [PROGRAM, EMPTY, PAGE_AS_PHOTO], ids=["kind", "empty", "disguised"])
def test_server_refuses_too_and_stores_nothing(
    file: FilePayload, open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("flowchart"), student, java_script_enabled=False, expect="status of 422")
    page.set_input_files("#files", file)

    page.click("#submit")

    expect(page.locator(".error-summary")).to_contain_text(file["name"])
    assert page.locator(".versions > li").count() == 0


def test_disguised_file_is_refused_in_the_page_with_the_servers_sentence(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("flowchart"), student, expect="status of 422")
    page.set_input_files("#files", PAGE_AS_PHOTO)

    page.click("#submit")

    expect(page.locator("#files-error")).to_contain_text("photo.png")
    expect(page.locator("#submit")).to_be_enabled()


@pytest.mark.long
def test_lost_connection_keeps_the_files_chosen(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page(school.path("flowchart"), student, expect="Failed to load resource")
    page.set_input_files("#files", PHOTO)
    page.context.set_offline(True)

    page.click("#submit")
    expect(page.locator("#files-error")).to_contain_text("Rien n’a été remis")
    page.context.set_offline(False)
    page.click("#submit")

    expect(page.locator(".versions > li")).to_have_count(1)


@pytest.mark.long
def test_hand_in_works_without_javascript(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page("/", java_script_enabled=False)
    sign_in(page, school.logins[student])
    page.goto(school.path("flowchart"))

    page.set_input_files("#files", PHOTO)
    page.click("#submit")

    expect(page.locator(".versions > li")).to_have_count(1)


def answer_all(page: Page) -> None:
    """Choose the first answer of each question, and write something where one writes."""
    for question in page.locator("fieldset.question").all():
        kind = question.locator("input").first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            question.locator("input").first.check()
        else:
            question.locator("input").first.fill("12")


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without"])
def test_quiz_is_marked_at_once_and_can_be_tried_again(
    has_scripts: bool, open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("quiz-collections"), student, java_script_enabled=has_scripts)
    answer_all(page)

    page.click("#submit")

    page.wait_for_selector("#results[data-state=judged]")
    expect(page.locator("#results .score")).to_contain_text(re.compile(r"\d.*9"))
    expect(page.locator(".choice .feedback").first).to_be_visible()
    expect(page.locator(".question.right").first).to_be_visible()
    page.click("#results a.button")
    expect(page.locator("#submit")).to_be_visible()


@pytest.mark.long
def test_answers_not_handed_in_are_there_after_a_reload(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("quiz-basics"), student)
    page.locator("fieldset.question input[type=radio]").nth(1).check()

    page.reload()
    page.wait_for_selector("html[data-ready]")

    assert page.locator("fieldset.question input[type=radio]").nth(1).is_checked()
