"""A program from the first key to the verdict, in a real Chromium against a real site with a real worker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.bench import (
    hand_in,
    program,
    run_to_end,
    save,
    sign_in,
    type_first,
    wait_for_verdict,
    wait_until_saved,
    warm_up,
    write,
)
from tests.e2e.school import HELLO, HELLO_BROKEN, HELLO_WRONG, send
from tests.installation import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.school import School

pytestmark = pytest.mark.browser

FAILED_LOAD = "Failed to load resource"


def test_first_program_is_written_tried_and_accepted(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("hello"), student)
    warm_up(page)
    assert page.evaluate("crossOriginIsolated && etude.bench.runner.info.mode") == "shared"
    write(page, "")
    type_first(page, 'prenom = input()\nprint(f"Bonjour, {prenom} !")\n')

    printed = run_to_end(page, "Adèle")
    hand_in(page)

    assert "Bonjour, Adèle !" in printed
    expect(page.locator("#results .score")).to_contain_text("10")
    expect(page.locator("#results")).to_contain_text("8 sur 8")
    expect(page.locator("#results .alert.success")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Résultat")
    page.goto(f"/courses/{school.course}")
    expect(page.locator(".series li").first).to_contain_text("terminé")


@pytest.mark.long
def test_typing_over_a_selection_leaves_no_style_behind(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("hello"), student)
    write(page, 'def f(x):\n    return "é"\n\nprint(f(1))\n')

    page.click(".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.type("print(2)")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type('"')
    page.keyboard.press("Control+z")

    assert program(page) == "print(2)"  # and nothing was said on the console about the policy


@pytest.mark.long
def test_what_is_typed_is_there_on_another_computer(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("hello"), student)
    type_first(page, "# ici\n")
    wait_until_saved(page)

    elsewhere = open_page(school.path("hello"), student)

    assert program(elsewhere).startswith("# ici\n")
    elsewhere.reload()
    elsewhere.wait_for_selector("html[data-ready]")
    assert program(elsewhere).startswith("# ici\n")


def test_wrong_answer_shows_a_diff_and_the_next_try_is_accepted(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("hello"), student)
    write(page, HELLO_WRONG)

    hand_in(page)

    expect(page.locator("#results .score").first).to_contain_text("À revoir")
    body = page.locator("#results details.test[open] .body").first
    expect(body.locator("table.diff")).to_contain_text("Attendu")
    expect(body.locator("table.diff")).to_contain_text("Obtenu")
    assert page.locator("#results").inner_text().count("Bonjour") > 1
    write(page, HELLO)
    hand_in(page)
    expect(page.locator("#results-title")).to_contain_text("réponse 2")
    expect(page.locator("#results .alert.success")).to_be_visible()


@pytest.mark.long
def test_compile_error_is_marked_at_its_line(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page(school.path("hello"), student)
    write(page, HELLO_BROKEN)

    hand_in(page)

    expect(page.locator("#results .compile .at").first).to_contain_text("Ligne 2")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    page.click("#results .compile .at a")
    expect(page.locator(".cm-activeLine")).to_contain_text("print(prenom")


@pytest.mark.long
def test_verdict_comes_by_polling_where_streams_are_blocked(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("hello"), student, expect=f"{FAILED_LOAD}|htmx:error")
    page.route("**/events/**", lambda route: route.abort())
    write(page, HELLO)

    hand_in(page)

    expect(page.locator("#results .score")).to_contain_text("10")


@pytest.mark.long
def test_hints_open_one_by_one(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page(school.path("hello"), student)
    assert page.locator("details.hint").count() == 0

    page.click("#hints button")
    page.wait_for_selector("html[data-ready]")
    page.click("#hints button")

    expect(page.locator("details.hint")).to_have_count(2)
    expect(page.locator("#hints button")).to_contain_text("3")


@pytest.mark.long
def test_two_tabs_contend_and_nothing_is_lost(open_page: Callable[..., Page], school: School, student: str) -> None:
    first = open_page(school.path("hello"), student, expect="status of 409")
    second = first.context.new_page()
    second.goto(first.url)
    second.wait_for_selector("html[data-ready]")
    type_first(first, "# un\n")
    wait_until_saved(first)

    type_first(second, "# deux\n")
    second.wait_for_selector("#conflict:not([hidden])")

    assert "# un" in second.inner_text("#conflict-other")
    second.click("#keep-mine")
    wait_until_saved(second)
    second.goto(f"{school.path('hello')}/work")
    expect(second.locator("main")).to_contain_text("Version")
    assert second.locator("main table").last.locator("tbody tr").count() >= 2


@pytest.mark.long
def test_lost_network_is_said_and_made_up_for(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page(school.path("hello"), student, expect=FAILED_LOAD)
    page.context.set_offline(True)

    type_first(page, "# sans réseau\n")
    expect(page.locator("#save-state")).to_contain_text("Pas enregistré depuis")
    page.context.set_offline(False)
    wait_until_saved(page)

    elsewhere = open_page(school.path("hello"), student)
    assert program(elsewhere).startswith("# sans réseau\n")


@pytest.mark.long
def test_session_that_ends_while_typing_costs_nothing(
    open_page: Callable[..., Page], open_context: Callable[..., BrowserContext], school: School, student: str
) -> None:
    page = open_page(school.path("hello"), student, expect="status of 40[019]")
    teacher = open_context("teacher")
    member = f"/enrolments/{school.places[student]}"
    send(teacher, member, to=f"{member}/sign-out")

    type_first(page, "# encore là\n")
    expect(page.locator("#save-state")).to_contain_text("Votre session est terminée")
    sign_in(page, school.logins[student])
    page.goto(school.path("hello"))
    page.wait_for_selector("html[data-ready]")

    assert program(page).startswith("# encore là\n")
    save(page)


@pytest.mark.long
def test_assignment_closed_meanwhile_is_refused_and_the_program_stays(
    open_page: Callable[..., Page], open_context: Callable[..., BrowserContext], school: School, student: str
) -> None:
    page = open_page(school.path("metronome"), student, expect="status of 4(09|22|03)")
    write(page, "print(1)\n")
    save(page)
    settings = f"{school.path('metronome')}/settings"
    send(open_context("teacher"), settings, closes_at="2026-01-05T10:00", points="10")

    page.click("#submit")

    expect(page.locator("main")).to_contain_text(re.compile("fermé|ferm|close"))
    assert program(page) == "print(1)\n"
    page.reload()
    expect(page.locator(".closed-note")).to_be_visible()
    assert page.locator("#submit").count() == 0
    page.wait_for_selector("html[data-ready]")
    assert program(page) == "print(1)\n"


@pytest.mark.long
def test_last_attempt_is_the_last(
    open_page: Callable[..., Page], open_context: Callable[..., BrowserContext], school: School, student: str
) -> None:
    send(open_context("teacher"), f"{school.path('scale')}/settings", attempts="1", points="10")
    page = open_page(school.path("scale"), student, expect="status of 4(09|22|03)")
    expect(page.locator(".facts-row")).to_contain_text("1 essai")
    write(page, "print(1)\n")
    hand_in(page)

    page.click("#submit")

    expect(page.locator("#results")).to_contain_text(re.compile("essai|réponse"))
    page.reload()
    expect(page.locator(".closed-note")).to_be_visible()


@pytest.mark.long
def test_program_runs_on_plain_http_in_the_room(open_page: Callable[..., Page], school: School, student: str) -> None:
    room = f"http://etude.lan:{school.site.port}"
    page = open_page("/", base_url=room)
    sign_in(page, school.logins[student])
    page.goto(school.path("hello"))
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("isSecureContext") is False
    warm_up(page)
    write(page, HELLO)

    printed = run_to_end(page, "Zoé")
    hand_in(page)

    assert "Bonjour, Zoé !" in printed
    assert page.evaluate("etude.bench.runner.info.mode") == "jspi"
    expect(page.locator("#results .score")).to_contain_text("10")


def test_everything_works_without_javascript(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page("/auth/sign-in", java_script_enabled=False)
    page.fill("[name=login]", school.logins[student])
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.main")
    page.goto(school.path("hello"))

    page.fill("textarea[name=code]", HELLO)
    page.click("#submit")
    page.wait_for_url("**/submissions/*")
    wait_for_verdict(page)  # the page reloads itself

    expect(page.locator("#results .score")).to_contain_text("10")


@pytest.mark.long
def test_editor_offers_what_a_phone_needs(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page(school.path("hello"), student, width=390, has_touch=True, is_mobile=True)
    write(page, "")

    page.tap(".cm-content")
    page.tap("#touch-row button[data-insert='(']")
    page.tap("#touch-row button[data-insert=')']")

    assert program(page).replace("()", "").strip() == ""
    assert "(" in program(page)
    box = page.locator("#touch-row button").first.bounding_box()
    assert box is not None
    assert box["height"] >= 40
