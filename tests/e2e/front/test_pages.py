"""Every page of the harness: accessible in both themes and languages, without loss at 320 px, working by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGES = [
    "/broken",
    "/cards",
    "/assignments/1?state=queued",
    "/assignments/1?state=judged",
    "/assignments/2?state=judged",
]
"""States that the real site shows for a moment only; its own pages are in tests/e2e/test_pages_axe.py."""


def _settle(page):
    page.wait_for_load_state("load")
    if page.locator("#page-data").count():
        page.wait_for_selector("html[data-ready]")
    page.evaluate("document.fonts.ready")
    page.evaluate(
        "Promise.all(document.getAnimations().map((one) => one.effect.getTiming().iterations < 9 ? one.finished : 1))"
    )


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("theme", "lang"), [("light", "fr"), ("dark", "en")])
def test_page_has_no_accessibility_fault(open_page, axe, path, theme, lang):
    page = open_page(f"{path}{'&' if '?' in path else '?'}theme={theme}&lang={lang}", color_scheme=theme)

    _settle(page)

    assert axe(page) == []
    assert page.locator("html").get_attribute("lang") == lang


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_320_pixels_in_both_languages(open_page, path):
    for lang in ("fr", "en"):
        page = open_page(f"{path}{'&' if '?' in path else '?'}lang={lang}", width=320)

        _settle(page)

        wide = page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .map((e) => e.tagName + "." + e.className).slice(0, 5)"""
        )
        assert wide == []


def test_marked_quiz_has_no_accessibility_fault(open_page, axe, school):
    school.answers = {"q1": ["a"], "q2": ["a", "b"], "q3": ["42"], "q4": ["def"]}
    page = open_page("/assignments/4?lang=fr")

    _settle(page)

    assert axe(page) == []


def test_page_in_french_has_no_english_left(open_page):
    page = open_page("/assignments/1?state=judged&lang=fr")

    text = page.inner_text("body")

    for word in ("Hand in", "Results", "Expected", "Saved", "Hint", "Passed", "Help", "Sign out"):
        assert word not in text
    assert "Remettre" in text


def test_french_has_its_own_spaces(open_page):
    page = open_page("/assignments/1?lang=fr")

    assert "clavier\u00a0: Échap" in page.inner_text("#code-help")


def test_first_tab_stop_leads_to_the_content(open_page):
    page = open_page("/course")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_theme_changes_without_a_reload_and_is_kept(open_page, school):
    page = open_page("/course", color_scheme="light")
    page.evaluate("window.stayed = true")

    with page.expect_response(re.compile("theme=dark")):
        page.click("a[data-theme-choice=dark]")

    assert page.evaluate("[window.stayed, document.documentElement.dataset.theme]") == [True, "dark"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 29)"
    assert school.theme == "dark"


def test_theme_and_language_are_links_that_work_without_javascript(open_page):
    page = open_page("/course", java_script_enabled=False)

    page.click("a[hreflang=fr]")
    page.click("text=Sombre")

    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_menu_closes_with_escape_and_gives_the_focus_back(open_page):
    page = open_page("/course")
    page.click("summary:has-text('Adèle Moreau')")

    page.keyboard.press("Escape")

    expect(page.locator(".menu")).not_to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_form_says_what_is_wrong_in_the_language_of_the_page(open_page):
    page = open_page("/sign-in?lang=fr")

    page.click("button.main")

    expect(page.locator("#name-error")).to_have_text("Remplissez ce champ.")
    assert page.evaluate("document.activeElement.id") == "name"
    assert page.locator("#name").get_attribute("aria-invalid") == "true"


def test_form_forgives_as_soon_as_the_field_is_right(open_page):
    page = open_page("/sign-in")
    page.click("button.main")

    page.fill("#name", "Ada")
    page.press("#name", "Tab")

    expect(page.locator("#name-error")).to_be_hidden()


def test_form_from_the_server_leads_to_its_errors(open_page):
    page = open_page("/design")

    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.click("#error-summary a:has-text('E-mail')")
    assert page.evaluate("location.hash") == "#email"


def test_password_can_be_shown_and_is_hidden_again_when_sent(open_page):
    page = open_page("/sign-in")
    page.fill("#name", "Ada")
    page.fill("#password", "lilas tambour orage")

    page.click("text=Show")

    expect(page.locator("#password")).to_have_attribute("type", "text")
    expect(page.locator("text=Hide")).to_have_attribute("aria-pressed", "true")


def test_class_table_changes_one_cell_live(open_page, school):
    page = open_page("/class")
    expect(page.locator("#cell-1-2")).to_contain_text("—")

    school.judge.set()

    expect(page.locator("#cell-1-2")).to_contain_text("✓ 10")
    assert page.locator(".matrix td[id]").count() == 8 * 9


def test_cards_print_two_by_two_on_letter_and_a4(open_page):
    page = open_page("/cards")

    page.emulate_media(media="print")

    assert page.locator(".site").is_hidden()
    assert round(page.locator(".login-card").first.bounding_box()["width"] * 25.4 / 96) == 88
    assert page.pdf(format="Letter").count(b"/Type /Page\n") == page.pdf(format="A4").count(b"/Type /Page\n") == 2


def test_program_is_printed_whole_from_its_textarea(bench, write):
    page = bench()
    write(page, "\n".join(f"print({number})" for number in range(120)))

    page.emulate_media(media="print")

    assert page.locator("#code-0").is_visible()
    assert page.locator(".cm-editor").is_hidden()
    assert page.locator("#code-0").evaluate("e => e.scrollHeight <= e.clientHeight + 2")
