"""The archive of a course: a zip that any browser reads, for its teacher, noted in the audit log."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.models import AuditEntry, User
from tests import classroom, factories, hand_ins

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    """Ben handed in twice, wrongly and rightly; the second has a review."""
    with app.app_context():
        room = classroom.open_room(people)
        for code, status in ((classroom.NOTHING_RIGHT, "WA"), (classroom.RIGHT, "AC")):
            submission_id = classroom.submit(room, people.ben, code)
            classroom.judge(submission_id, status, score="10" if status == "AC" else "0")
        hand_ins.save_review(submission_id, "9", release=True)
    return room


def _download(browser: FlaskClient, course_id: int) -> zipfile.ZipFile:
    answer = browser.get(f"/courses/{course_id}/archive.zip")
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    answer.close()
    return archive


@pytest.mark.usefixtures("room")
def test_it_holds_marks_and_each_students_last_answer_with_its_review(
    as_teacher: FlaskClient, people: factories.People
) -> None:
    archive = _download(as_teacher, people.course)

    page = archive.read("students/0001-Ben_Student.html").decode()
    program = next(name for name in archive.namelist() if name.endswith("main.py"))
    assert 'href="students/0001-Ben_Student.html"' in archive.read("index.html").decode()
    assert archive.read(program).decode() == classroom.RIGHT
    assert f'href="../{program}"' in page
    assert "attempt 2" in page
    assert "9 of 10 points" in page
    assert "<p>c</p>" in page
    assert "Student,Ben,ben,,9,9,10" in archive.read("grades.csv").decode()


@pytest.mark.usefixtures("room")
def test_an_earlier_answer_is_not_in_it(as_teacher: FlaskClient, people: factories.People) -> None:
    archive = _download(as_teacher, people.course)

    assert [name for name in archive.namelist() if name.startswith("answers/")] == ["answers/2/1-main.py"]


@pytest.mark.usefixtures("room")
def test_it_is_noted_in_the_audit_log(app: Flask, as_teacher: FlaskClient, people: factories.People) -> None:
    _download(as_teacher, people.course)

    with app.app_context():
        entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.tag, entry.actor_id, entry.course_id) == ("course:course:exported", people.ada, people.course)


@pytest.mark.usefixtures("room")
def test_a_name_leads_to_no_other_folder_and_is_text_on_the_page(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context(), db.session.begin():
        db.session.get(User, people.ben).given_name = "../../<script>alert(1)</script>"

    archive = _download(as_teacher, people.course)

    assert not [name for name in archive.namelist() if ".." in name or "<" in name]
    pages = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".html")]
    assert all("<script" not in page for page in pages)


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(("reader", "status"), [("ben", 403), ("cy", 404)])
def test_only_who_manages_the_course_gets_it(app: Flask, people: factories.People, reader: str, status: int) -> None:
    browser = factories.sign_in(app, getattr(people, reader))

    assert browser.get(f"/courses/{people.course}/archive.zip").status_code == status


def test_an_archived_course_offers_it(as_teacher: FlaskClient, people: factories.People) -> None:
    factories.post(as_teacher, f"/courses/{people.course}/archive")

    page = as_teacher.get(f"/courses/{people.course}/settings").text

    assert f'href="/courses/{people.course}/archive.zip"' in page
