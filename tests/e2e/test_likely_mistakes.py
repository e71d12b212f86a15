"""What people do by mistake, on the running product: each leads to a clear page, and nothing is done twice or lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.bench import hand_in, program, sign_in, type_first, wait_for_verdict, wait_until_saved, write
from tests.e2e.school import HELLO, HELLO_WRONG
from tests.e2e.test_pages_axe import OVERFLOW
from tests.e2e.test_upload_quiz import answer_all
from tests.installation import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.school import School

pytestmark = [pytest.mark.browser, pytest.mark.long]

LONGEST = "Wolfeschlegelsteinhausenbergerdorff" * 2 + "Wolfeschle"
"""80 letters without a place to break the line: the longest name that an account may have."""


def answers(page: Page, school: School, activity: str) -> int:
    """Count the answers on the student’s list."""
    page.goto(f"{school.path(activity)}/work")
    links = page.locator("main a[href*='/submissions/']").all()
    return len({link.get_attribute("href") for link in links})


def test_double_click_hands_a_program_in_once(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page(school.path("hello"), student)
    write(page, HELLO)

    page.dblclick("#submit")
    wait_for_verdict(page)

    assert answers(page, school, "hello") == 1


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without"])
def test_back_and_once_more_leads_to_a_marked_quiz(
    has_scripts: bool, open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("quiz-collections"), student, java_script_enabled=has_scripts)
    answer_all(page)
    page.click("#submit")
    page.wait_for_selector("#results[data-state=judged]")

    page.go_back()
    with page.expect_navigation():
        page.click("#submit")

    expect(page.locator("#results .score")).to_be_visible()
    assert answers(page, school, "quiz-collections") <= 2  # the page came fresh: this is another try, and says so


def test_back_after_handing_in_shows_the_program_and_its_verdict(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("hello"), student)
    write(page, HELLO_WRONG)
    hand_in(page)

    page.goto(f"/courses/{school.course}")
    page.go_back()
    page.wait_for_selector("html[data-ready]")

    assert program(page) == HELLO_WRONG
    expect(page.locator("#results")).to_have_attribute("data-state", "judged")


def test_back_and_once_more_makes_no_second_course(open_page: Callable[..., Page]) -> None:
    page = open_page("/courses/new", "teacher", expect="status of 422")
    page.fill("[name=code]", "RETOUR-1")
    page.fill("[name=title]", "Retour")
    page.click("main form button.main")
    page.wait_for_url(re.compile(r"/courses/\d+$"))

    page.goto("/courses/new")
    page.fill("[name=code]", "RETOUR-1")
    page.fill("[name=title]", "Retour")
    page.click("main form button.main")

    expect(page.locator("#code-error")).to_be_visible()
    assert page.input_value("[name=code]") == "RETOUR-1"


def test_form_of_a_tab_that_was_signed_out_elsewhere_leads_to_signing_in(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page("/", expect="status of 40[01]|Clear-Site-Data")
    sign_in(page, school.logins[student])
    page.goto("/auth/profile")
    other = page.context.new_page()
    other.goto("/courses")
    other.click(".menu > summary")
    other.click(".menu button:has-text('Se déconnecter')")
    other.wait_for_load_state()

    page.click("main form button.main")
    page.wait_for_load_state()

    assert page.locator("a[href*='/auth/sign-in'], form [name=login]").count() >= 1
    expect(page.locator("main")).to_contain_text(re.compile("[Cc]onnect"))


def test_tab_of_somebody_who_left_hands_nothing_in_for_the_next_one(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page("/", expect="status of 40[0139]|Clear-Site-Data")
    sign_in(page, school.logins[student])
    page.goto(school.path("hello"))
    page.wait_for_selector("html[data-ready]")
    write(page, HELLO)
    wait_until_saved(page)
    next_one = school.student()
    other = page.context.new_page()
    other.goto("/courses")
    other.click(".menu > summary")
    other.click(".menu button:has-text('Se déconnecter')")
    other.wait_for_load_state()
    sign_in(other, school.logins[next_one], PASSWORD)

    page.click("#submit")
    expect(
        page.locator("#status, .error-page, #results .alert").filter(has_text=re.compile(r"\w")).first
    ).to_be_visible()

    assert answers(other, school, "hello") == 0


def test_closed_lid_loses_nothing(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page(school.path("hello"), student)
    lid = page.context.new_cdp_session(page)
    type_first(page, "# le couvercle se ferme\n")

    lid.send("Page.setWebLifecycleState", {"state": "frozen"})
    lid.send("Page.setWebLifecycleState", {"state": "active"})
    wait_until_saved(page)

    elsewhere = open_page(school.path("hello"), student)
    assert program(elsewhere).startswith("# le couvercle se ferme\n")


def test_lid_that_stays_closed_until_the_session_is_over_loses_nothing(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page("/", expect="status of 40[01]")
    sign_in(page, school.logins[student])
    page.goto(school.path("hello"))
    page.wait_for_selector("html[data-ready]")
    lid = page.context.new_cdp_session(page)
    type_first(page, "# avant la nuit\n")
    lid.send("Page.setWebLifecycleState", {"state": "frozen"})
    page.context.clear_cookies(name="etude")

    lid.send("Page.setWebLifecycleState", {"state": "active"})
    type_first(page, "# le matin\n")
    expect(page.locator("#save-state")).to_contain_text("Votre session est terminée")
    sign_in(page, school.logins[student])
    page.goto(school.path("hello"))
    page.wait_for_selector("html[data-ready]")

    assert program(page).startswith("# le matin\n# avant la nuit\n")


@pytest.mark.parametrize("width", [320, 1280])
def test_longest_names_fit_every_page_they_are_on(
    width: int, open_page: Callable[..., Page], open_context: Callable[..., BrowserContext], school: School
) -> None:
    code = f"LONG-{width}"
    page = open_page("/courses/new", "teacher", width=width)
    page.fill("[name=code]", code)
    page.fill("[name=title]", LONGEST + "Fin")
    page.click("main form button.main")
    page.wait_for_url(re.compile(r"/courses/\d+$"))
    course = page.url
    page.goto(f"{course}/people/new")
    page.fill("[name=given_name]", LONGEST)
    page.fill("[name=family_name]", LONGEST)
    page.click("main form button.main")
    page.wait_for_load_state()

    for place in ("", "/people", "/progress", "/class-code", "/cards", "/settings", "/people/import", "/reviews"):
        page.goto(course + place)
        assert page.evaluate(OVERFLOW) == [], place
    page.goto("/courses")
    assert page.evaluate(OVERFLOW) == []
