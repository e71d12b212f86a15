"""What a teacher does around the students’ work: names, the live table, reviews, lost passwords, paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.bench import sign_in
from tests.e2e.school import HELLO
from tests.e2e.work import hand_in_file
from tests.installation import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.school import School

pytestmark = pytest.mark.browser


def press(page: Page, label: str) -> None:
    page.locator("main").get_by_role("button", name=label, exact=False).first.click()


def test_pasted_names_become_students_who_claim_them(open_page: Callable[..., Page], school: School) -> None:
    teacher = open_page(f"/courses/{school.course}/people/import", "teacher")
    teacher.fill("[name=text]", "Côté-Lévesque, Mélodie\nIbrahima\tDiallo\n12345")
    teacher.click("main form button.main")
    expect(teacher.locator("main")).to_contain_text("12345")
    expect(teacher.locator("main table")).to_contain_text("melodie.cote-levesque")

    teacher.click("main form button.main")
    expect(teacher.locator("main")).to_contain_text("Diallo, Ibrahima")
    pupil = open_page("/join")
    pupil.fill("[name=code]", school.class_code.lower())
    pupil.click("main form button.main")
    pupil.click("button:has-text('Côté-Lévesque, Mélodie')")
    pupil.fill("[name=password]", PASSWORD)
    pupil.fill("[name=repeated]", PASSWORD)
    pupil.click("main form button.main")

    pupil.wait_for_url(f"**/courses/{school.course}")
    expect(pupil.locator(".menu > summary")).to_contain_text("Mélodie Côté-Lévesque")
    teacher.goto(f"/courses/{school.course}/people/import")
    expect(teacher.locator("main table")).to_contain_text("2")


def test_progress_table_changes_while_it_is_looked_at(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    teacher = open_page(f"/courses/{school.course}/progress", "teacher")
    row = teacher.locator("table.matrix tbody tr", has=teacher.get_by_role("link", name=student))
    expect(row.locator("td").first).to_contain_text("—")

    school.hand_in(student, "hello", HELLO)

    expect(row.locator("td").first).to_contain_text("✓", timeout=60_000)
    expect(row.locator("td").first).to_contain_text("10")


def test_review_is_written_released_and_read(open_page: Callable[..., Page], school: School, student: str) -> None:
    own = school.context(student)
    path = hand_in_file(own, school.path("flowchart"))
    own.close()
    teacher = open_page(f"{path}/review", "teacher", expect="status of 422")
    teacher.fill("[name=points]", "11")
    teacher.click("button[name=save]")
    expect(teacher.locator("#points-error")).to_contain_text("10")
    teacher.fill("[name=points]", "8,5")
    teacher.fill("[name=comment]", "Très **clair**.")

    teacher.click("button[name=release]")
    pupil = open_page(school.path("flowchart"), student)

    expect(pupil.locator(".versions .alert.success")).to_contain_text("8,5")
    expect(pupil.locator(".versions strong")).to_have_text("clair")
    pupil.goto(f"/courses/{school.course}")
    expect(pupil.locator(".series li").nth(3)).to_contain_text("terminé")


@pytest.mark.long
def test_table_is_downloaded_for_a_spreadsheet(open_page: Callable[..., Page], school: School, tmp_path: Path) -> None:
    page = open_page(f"/courses/{school.course}/progress", "teacher")

    with page.expect_download() as download:
        page.click("text=CSV")
    download.value.save_as(tmp_path / "table.csv")

    text = (tmp_path / "table.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    first = text.decode("utf-8-sig").splitlines()[0]
    assert ";" in first
    assert "Dire bonjour" in first


def test_lost_password_is_replaced_by_three_words(open_page: Callable[..., Page], school: School, student: str) -> None:
    teacher = open_page(f"/enrolments/{school.places[student]}", "teacher")
    teacher.click("details.fold:has(button.main) > summary")
    teacher.click("details.fold button.main")
    words = teacher.inner_text(".three-words")

    pupil = open_page("/auth/sign-in")
    sign_in(pupil, school.logins[student].upper(), words)
    pupil.wait_for_url(re.compile("/auth/password"))
    pupil.fill("[name=password]", "ma nouvelle phrase")
    pupil.fill("[name=repeated]", "ma nouvelle phrase")
    pupil.click("main form button.main")

    pupil.wait_for_url(re.compile(r"/courses|/home"))
    assert len(re.findall(r"\w+", words)) == 3


@pytest.mark.long
def test_teacher_tries_the_course_as_a_student_and_nothing_counts(
    open_page: Callable[..., Page], school: School
) -> None:
    page = open_page(f"/courses/{school.course}?view=student", "teacher")

    page.click(".series a >> nth=0")
    page.wait_for_selector("html[data-ready]")
    page.evaluate("text => { etude.editors[0].code = text }", HELLO)
    page.click("#submit")
    page.wait_for_selector("#results[data-state=judged]", timeout=60_000)

    expect(page.locator("#results .meta")).to_contain_text("Ne compte pas")


@pytest.mark.long
def test_activity_is_changed_and_its_versions_compared(
    open_page: Callable[..., Page], school: School, axe: Callable[..., list[Any]]
) -> None:
    page = open_page("/activities", "teacher")
    page.click("main table tbody a >> nth=0")
    press(page, "Dupliquer")
    page.wait_for_url(re.compile(r"/activities/\d+"))
    activity = re.search(r"/activities/\d+", page.url)
    assert activity is not None
    page.goto(f"{activity[0]}/edit")
    page.fill("[name=title_fr]", "Un autre titre")

    page.locator("button[name=do][value=save]").first.click()
    page.wait_for_url(lambda url: not url.endswith("/edit"))
    page.goto(f"{activity[0]}/versions/2")

    expect(page.locator("table.diff").first).to_contain_text("Un autre titre")
    assert axe(page) == []
    page.click("text=Côte à côte")
    expect(page.locator("table.sides").first).to_contain_text("Un autre titre")
    assert axe(page) == []
    page.click("summary:has-text('Rétablir la version 1')")
    page.click("button:has-text('Rétablir la version 1')")
    expect(page.locator("main")).to_contain_text("Version 1 rétablie")


@pytest.mark.long
def test_exported_activity_is_imported_after_a_look(
    open_page: Callable[..., Page], axe: Callable[..., list[Any]], tmp_path: Path
) -> None:
    page = open_page("/activities", "teacher")
    archive = tmp_path / "activity.zip"
    archive.write_bytes(page.context.request.get("/activities/2/export").body())
    page.goto("/activities/import")

    page.set_input_files("main input[type=file]", archive)
    page.click("main form button.main")
    page.wait_for_url(re.compile(r"/activities/import/."))

    assert axe(page) == []


@pytest.mark.long
@pytest.mark.parametrize("paper", ["Letter", "A4"])
def test_cards_table_and_activity_are_printed(
    paper: str, open_page: Callable[..., Page], open_context: Callable[..., BrowserContext], school: School
) -> None:
    page = open_page(f"/courses/{school.course}/progress/print", "teacher")
    table = page.pdf(format=paper)
    page.goto(school.path("hello"))
    page.wait_for_selector("html[data-ready]")
    activity = page.pdf(format=paper)
    page.emulate_media(media="print")
    assert not page.locator(".cm-editor").is_visible()
    assert page.locator("textarea[data-code]").first.is_visible()
    page.emulate_media(media="screen")
    page.goto(school.section_of_strangers(12))
    page.click("main form button.main")
    page.wait_for_selector(".login-card")
    cards = page.pdf(format=paper)
    page.emulate_media(media="print")

    cut = (
        "[...document.querySelectorAll('.login-card')].filter((one) => one.scrollHeight > one.clientHeight + 2).length"
    )
    assert page.evaluate(cut) == 0, "cards whose text is cut off"
    assert page.locator(".login-card .words").first.is_visible()
    assert not page.locator("header.site").is_visible()
    for name, printed in {"table": table, "activity": activity, "cards": cards}.items():
        assert printed.startswith(b"%PDF-"), name
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 4, name
        assert len(printed) > 10_000, name
