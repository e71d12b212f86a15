"""Handing in: code, files and quizzes, with and without scripts; results live, polled or reloaded."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def _hand_in(page):
    page.click("#submit")


def _judged(page):
    page.wait_for_selector("#results[data-state=judged]")


def test_result_comes_by_the_stream_and_gets_the_focus(bench, school):
    page = bench()

    _hand_in(page)
    page.wait_for_selector("#results[data-state=judging]")
    school.judge.set()
    _judged(page)

    assert page.evaluate("document.activeElement.id") == "results-title"
    expect(page.locator("#status")).to_contain_text("Judged: The program runs")
    assert school.polls == []
    assert page.locator(".cm-lint-marker-error").count() == 1


def test_student_who_types_on_keeps_the_focus(bench, school):
    page = bench()
    _hand_in(page)
    page.wait_for_selector("#results[data-state=judging]")

    page.focus(".cm-content")
    school.judge.set()
    _judged(page)

    assert page.evaluate("document.activeElement.className").startswith("cm-content")


@pytest.mark.parametrize("stream", ["busy", pytest.param("silent", marks=pytest.mark.long)])
def test_result_is_polled_where_the_stream_is_not_to_be_had(bench, school, stream):
    school.stream = stream
    page = bench(expect="503")

    with page.expect_response(lambda response: response.status == 304 and "/results" in response.url):
        _hand_in(page)
    school.judge.set()
    _judged(page)

    assert school.polls[0] == ""
    assert all(school.polls[1:])


def test_second_answer_has_a_new_token(bench, school):
    page = bench()
    school.judge.set()
    _hand_in(page)
    _judged(page)

    _hand_in(page)
    expect(page.locator("#results-title")).to_have_text("Results of answer 2")

    assert school.once_used == ["once-0", "once-1"]


def test_double_click_hands_in_once(bench, school):
    page = bench()

    page.dblclick("#submit")
    page.wait_for_selector("#results[data-state=judging]")

    assert len(school.code_handed_in) == 1


def test_compile_errors_lead_to_their_lines(bench, school):
    school.compile_error = True
    school.judge.set()
    page = bench("/assignments/2")
    _hand_in(page)
    _judged(page)

    page.click("[data-go-to-line='5']")

    assert page.evaluate("document.activeElement.className").startswith("cm-content")
    assert (
        page.evaluate("etude.editors[0].view.state.doc.lineAt(etude.editors[0].view.state.selection.main.head).number")
        == 5
    )
    expect(page.locator(".compile")).to_contain_text("“”” is a curly quote")


def test_lost_connection_is_said_and_nothing_is_lost(bench, school):
    page = bench(expect="Failed to load|ERR_|htmx")
    page.context.set_offline(True)

    _hand_in(page)
    expect(page.locator("#status")).to_contain_text("Nothing was sent")
    page.context.set_offline(False)
    school.judge.set()
    _hand_in(page)
    _judged(page)

    assert len(school.code_handed_in) == 1


def test_ended_session_is_said_and_the_page_stays(bench, school):
    page = bench(expect="401|400")
    school.user = ""

    _hand_in(page)

    expect(page.locator("#status")).to_contain_text("signed out")
    expect(page.locator(".cm-content")).to_be_visible()


def test_renewed_session_hands_in_all_the_same(bench, school):
    page = bench(expect="400")
    school.token = "token-2"
    school.judge.set()

    _hand_in(page)
    _judged(page)

    assert len(school.code_handed_in) == 1


def test_code_can_be_handed_in_without_javascript(open_page, school):
    page = open_page("/assignments/1", java_script_enabled=False)
    page.fill("#code-0", "print(1)")

    page.click("#submit")
    assert page.locator("#results").get_attribute("data-state") == "judging"
    school.judge.set()
    _judged(page)  # by its <meta> refresh alone

    assert school.code_handed_in == ["print(1)"]
    assert "print(1)" in page.inner_text(".listing")


def test_starter_that_begins_with_an_empty_line_keeps_it(open_page, school):
    school.draft_files = {"main.py": "\nprint(1)\n"}

    page = open_page("/assignments/1", java_script_enabled=False)

    assert page.input_value("#code-0") == "\nprint(1)\n"


def test_keyboard_stays_in_the_editor_until_escape(bench):
    page = bench()
    page.focus(".cm-content")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("cm-content")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")

    assert not page.evaluate("document.activeElement.className").startswith("cm-content")


def test_no_command_lives_on_alt_gr(bench, write):
    page = bench()
    write(page, "a")
    page.focus(".cm-content")

    for key in ("\\", "[", "]", "{", "ArrowUp", "ArrowDown", "k"):
        page.keyboard.press(f"Control+Alt+{key}")

    assert page.evaluate("etude.editors[0].view.state.selection.ranges.length") == 1
    assert page.evaluate("etude.editors[0].code.trim()") == "a"


def test_phone_has_a_row_of_the_characters_that_are_hard_to_find(bench, write):
    page = bench(width=390, has_touch=True, is_mobile=True)
    write(page, "")

    for character in ("{", "}", "[", "]", "(", ")", ";", '"', "<", ">", "="):
        page.tap(f"#touch-row [data-insert='{character}']")
    page.locator("#touch-row button").first.tap()

    assert page.evaluate("etude.editors[0].code").strip() == '{}[]();"<>='
    assert page.locator("#touch-row").bounding_box()["y"] < page.viewport_size["height"]


def test_code_is_never_corrected_by_the_phone(bench):
    page = bench()

    for name, value in {"autocorrect": "off", "autocapitalize": "off", "spellcheck": "false"}.items():
        assert page.locator(".cm-content").get_attribute(name) == value
        assert page.locator("#code-0").get_attribute(name) == value


def test_curly_quotes_are_named_and_mended(bench, write):
    page = bench()

    write(page, 'print(“do”)\nprint("l’été")  # l’été')
    page.wait_for_selector(".cm-lint-marker-error")
    page.hover(".cm-lintRange-error >> nth=0")

    expect(page.locator(".cm-tooltip")).to_contain_text("This is a curly quote")
    page.click(".cm-tooltip button >> nth=0")
    assert page.evaluate("etude.editors[0].code").startswith('print("do”)')


def test_closed_activity_can_be_run_but_not_handed_in(bench, school):
    school.closed_reason = "This activity closed on 4 December."

    page = bench()

    expect(page.locator("text=This activity closed")).to_be_visible()
    expect(page.locator("#submit")).to_have_count(0)
    expect(page.locator("#run")).to_be_visible()


def test_quiz_is_handed_in_and_marked_without_javascript(open_page, school):
    page = open_page("/assignments/4", java_script_enabled=False)
    page.check("text=list >> nth=0")
    page.fill("#question-3-answer", "42")

    page.click("#submit")

    assert school.answers["q1"] == ["a"]
    expect(page.locator("#results .score")).to_contain_text(re.compile("4/.*8"))
    expect(page.locator("#question-1")).to_contain_text("A list can be changed.")


def test_quiz_answers_survive_a_reload_and_are_gone_once_handed_in(bench):
    page = bench("/assignments/4")
    page.check("text=tuple >> nth=0")
    page.fill("#question-4-answer", "def")

    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.input_value("#question-4-answer") == "def"
    assert page.is_checked("text=tuple >> nth=0")
    page.click("#submit")
    page.wait_for_selector("#results")

    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('etude:quiz'))") == []


def test_files_are_listed_checked_and_sent(bench, school):
    page = bench("/assignments/3")
    page.set_input_files(
        "#files", [{"name": "été.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" + b"x" * 5000}]
    )
    page.set_input_files("#camera", [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8" * 100}])
    expect(page.locator("#chosen li")).to_have_count(2)

    page.click("#submit")
    page.wait_for_url("**/assignments/3")
    page.wait_for_selector("#chosen", state="hidden")

    assert school.files_handed_in == [[("été.pdf", 5004), ("photo.jpg", 200)]]


@pytest.mark.parametrize(
    ("name", "size", "sentence"),
    [("a.exe", 10, "not accepted here"), ("a.pdf", 2_500_000, "too large: 2.5 MB"), ("a.pdf", 0, "is empty")],
)
def test_unfit_file_is_named_before_anything_is_sent(bench, school, name, size, sentence):
    page = bench("/assignments/3")
    page.set_input_files("#files", [{"name": name, "mimeType": "", "buffer": b"x" * size}])

    page.click("#submit")

    expect(page.locator("#files-error")).to_contain_text(sentence)
    assert school.files_handed_in == []
    page.click("#chosen button")
    expect(page.locator("#files-error")).to_be_hidden()


def test_dropped_files_are_taken(bench):
    page = bench("/assignments/3")
    dropped = page.evaluate_handle(
        "() => { const held = new DataTransfer(); held.items.add(new File(['x'], 'drop.pdf')); return held }"
    )

    page.dispatch_event("#drop", "dragover", {"dataTransfer": dropped})
    page.dispatch_event("#drop", "drop", {"dataTransfer": dropped})

    expect(page.locator("#chosen")).to_contain_text("drop.pdf")


def test_files_stay_chosen_when_the_connection_is_lost(bench, school):
    page = bench("/assignments/3", expect="ERR_INTERNET|Failed to load")
    page.set_input_files("#files", [{"name": "a.pdf", "mimeType": "", "buffer": b"x" * 10}])
    page.context.set_offline(True)
    page.click("#submit")
    expect(page.locator("#files-error")).to_contain_text("the connection was lost")

    page.context.set_offline(False)
    page.click("#submit")
    page.wait_for_selector("#chosen", state="hidden")

    assert school.files_handed_in == [[("a.pdf", 10)]]


def test_files_can_be_handed_in_without_javascript(open_page, school):
    page = open_page("/assignments/3", java_script_enabled=False)
    page.set_input_files("#files", [{"name": "a.pdf", "mimeType": "", "buffer": b"x"}])

    page.click("#submit")

    assert school.files_handed_in == [[("a.pdf", 1)]]
