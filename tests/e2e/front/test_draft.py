"""Drafts: saved by themselves, kept here while they cannot be, never forced by a stale page, gone after sign-out."""

from __future__ import annotations

import pytest
from fake_school import SCALE
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

COPIES = "Object.keys(localStorage).filter((key) => key.startsWith('etude:draft'))"
STATUS_OF_A_FAILED_LOAD = "Failed to load resource"


def _type(page, text="# mine\n"):
    page.click(".cm-content")
    page.keyboard.press("Control+Home")
    page.keyboard.type(text)


def _saved(page):
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")


def test_typing_is_saved_by_itself(bench, school):
    page = bench()

    _type(page)
    _saved(page)

    assert school.draft_files["main.py"].startswith("# mine\n")
    assert school.saves[-1]["base_version"] == 3
    assert school.saves[-1]["language"] == "python"
    expect(page.locator("#save-state")).to_contain_text("Saved at 10:42")
    assert page.evaluate(COPIES) == []


def test_saving_goes_on_from_the_new_version(bench, school):
    page = bench()

    _type(page, "# one\n")
    _saved(page)
    _type(page, "# two\n")
    page.evaluate("etude.saver.save()")
    _saved(page)

    assert school.draft_version == 5
    assert school.draft_files["main.py"].startswith("# two\n# one\n")


def test_offline_says_since_when_and_saves_when_the_network_is_back(bench, school):
    page = bench(expect=STATUS_OF_A_FAILED_LOAD)
    page.context.set_offline(True)

    _type(page)
    expect(page.locator("#save-state")).to_contain_text("Not saved since 10:42")
    assert page.evaluate(f"{COPIES}.length") == 1
    page.context.set_offline(False)
    _saved(page)

    assert school.draft_files["main.py"].startswith("# mine\n")
    assert page.evaluate(COPIES) == []


@pytest.mark.parametrize("status", [429, 503])
def test_busy_server_is_sent_the_same_text_again(bench, school, status):
    school.save_status = status
    page = bench(expect=STATUS_OF_A_FAILED_LOAD)
    _type(page)
    expect(page.locator("#save-state")).to_contain_text("Not saved since")

    school.save_status = 200

    _saved(page)
    assert school.draft_files["main.py"].startswith("# mine\n")


def test_work_typed_offline_is_put_back_after_a_reload(bench, school):
    school.save_status = 503
    page = bench(expect=STATUS_OF_A_FAILED_LOAD)
    _type(page)
    expect(page.locator("#save-state")).to_contain_text("Not saved since")

    page.reload()
    page.wait_for_selector("html[data-ready]")
    school.save_status = 200
    page.evaluate("etude.saver.save()")
    _saved(page)

    assert page.evaluate("etude.editors[0].code").startswith("# mine\n")
    assert school.draft_files["main.py"].startswith("# mine\n")


def test_page_left_at_once_loses_nothing(bench, school):
    school.save_status = 503
    page = bench(expect=STATUS_OF_A_FAILED_LOAD)
    _type(page)

    page.goto(page.url.replace("/assignments/1", "/course"))
    page.go_back()
    page.wait_for_selector("html[data-ready]")

    assert page.evaluate("etude.editors[0].code").startswith("# mine\n")


def test_change_made_elsewhere_shows_both_versions(bench, school):
    page = bench(expect="409")
    school.draft_version, school.draft_files = 9, {"main.py": "print('elsewhere')\n"}

    _type(page)
    page.wait_for_selector("#conflict:not([hidden])")

    assert page.inner_text("#conflict-mine").startswith("# mine")
    assert "elsewhere" in page.inner_text("#conflict-other")
    assert page.evaluate("document.activeElement.id") == "conflict-title"
    page.click("#keep-mine")
    _saved(page)
    assert school.draft_files["main.py"].startswith("# mine\n")
    assert school.draft_version == 10


def test_other_version_can_be_kept(bench, school):
    page = bench(expect="409")
    school.draft_version, school.draft_files = 9, {"main.py": "print('elsewhere')\n"}
    _type(page)
    page.wait_for_selector("#conflict:not([hidden])")

    page.click("#keep-other")
    _saved(page)

    assert page.evaluate("etude.editors[0].code") == "print('elsewhere')\n"
    assert school.draft_files["main.py"] == "print('elsewhere')\n"
    _type(page)
    page.evaluate("etude.saver.save()")
    expect(page.locator("#conflict")).to_be_hidden()


def test_own_text_under_a_newer_version_is_no_conflict(bench, school):
    page = bench(expect="409")
    school.draft_version = 9

    _type(page)
    _saved(page)

    expect(page.locator("#conflict")).to_be_hidden()
    assert school.draft_version == 10


def test_second_tab_is_warned_and_the_first_is_safe(bench, school):
    first = bench(expect="409")
    second = first.context.new_page()
    second.goto(first.url)
    second.wait_for_selector("html[data-ready]")
    _type(first, "# first\n")
    _saved(first)

    _type(second, "# second\n")
    second.wait_for_selector("#conflict:not([hidden])")

    assert "# first" in second.inner_text("#conflict-other")
    assert school.draft_files["main.py"].startswith("# first\n")


def test_ended_session_is_said_and_the_work_comes_back_after_signing_in(bench, school):
    page = bench(expect="401|409")  # 409: the save on leaving may overtake the new page, which finds its own text
    user, school.user = school.user, ""

    _type(page)
    expect(page.locator("#save-state")).to_contain_text("You have been signed out")
    school.user = user
    page.reload()
    page.wait_for_selector("html[data-ready]")
    _saved(page)

    assert school.draft_files["main.py"].startswith("# mine\n")
    expect(page.locator("#status")).to_contain_text("put back")


def test_renewed_session_in_another_tab_is_noticed_without_a_reload(bench, school):
    page = bench(expect="400")
    school.token = "token-2"

    _type(page)
    _saved(page)

    assert school.draft_files["main.py"].startswith("# mine\n")


def test_somebody_else_signing_in_gets_nothing_of_it(bench, school):
    page = bench(expect="401")
    school.user = ""
    _type(page)
    expect(page.locator("#save-state")).to_contain_text("You have been signed out")

    school.user = "8"
    page.reload()
    page.wait_for_selector("html[data-ready]")

    assert page.evaluate("etude.editors[0].code") == SCALE


def test_sign_out_saves_first_and_leaves_nothing_in_the_browser(bench, school):
    page = bench()
    _type(page)

    page.click("summary:has-text('Adèle Moreau')")
    page.click("text=Sign out")
    page.wait_for_url("**/")

    assert school.draft_files["main.py"].startswith("# mine\n")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_too_long_a_program_is_said(bench, school):
    school.save_status = 413
    page = bench(expect="413")

    _type(page)

    expect(page.locator("#save-state")).to_contain_text("the program is too long")
