"""Who of the staff opened whose work stands in the audit log, once for each sitting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from etude.audit import AuditTag
from etude.extensions import db
from etude.models import AuditEntry
from etude.models.course import CourseRole
from tests import classroom, factories, hand_ins

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

HELLO = ("hello.py", b"print('hello')\n")


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


@pytest.fixture
def submission_id(app: Flask, people: factories.People, room: classroom.Room) -> int:
    with app.app_context():
        return classroom.submit(room, people.ben)


def looks(app: Flask) -> list[tuple[int, int, dict[str, Any]]]:
    """Who looked at whose work, and at what."""
    with app.app_context():
        query = sa.select(AuditEntry).options(sa.orm.selectinload(AuditEntry.detail))
        rows = db.session.scalars(query.where(AuditEntry.tag == AuditTag.SUBMISSION_VIEWED).order_by(AuditEntry.id))
        return [
            (row.actor_id, row.target_id, {k: v for k, v in row.detail.document.items() if k != "address"})
            for row in rows
        ]


def test_a_teacher_who_opens_an_answer_is_noted_once_an_hour(
    app: Flask, time: Time, as_teacher: FlaskClient, people: factories.People, submission_id: int
) -> None:
    for minutes in (0, 20, 20, 30):  # from a quarter past
        time.forward(minutes=minutes)
        assert as_teacher.get(f"/submissions/{submission_id}").status_code == 200

    assert looks(app) == [(people.ada, people.ben, {"submission_id": submission_id})] * 2


@pytest.mark.parametrize("part", ["results", "review"])
def test_no_other_way_to_an_answer_is_left_out(
    app: Flask, as_teacher: FlaskClient, people: factories.People, submission_id: int, part: str
) -> None:
    as_teacher.get(f"/submissions/{submission_id}/{part}")

    assert looks(app) == [(people.ada, people.ben, {"submission_id": submission_id})]


def test_a_file_and_the_drafts_are_noted_too(
    app: Flask, as_teacher: FlaskClient, people: factories.People, room: classroom.Room
) -> None:
    with app.app_context():
        other = classroom.open_room(people, made_of=hand_ins.upload_content())
        submission_id = hand_ins.submit(app, other, people.ben, HELLO)

    as_teacher.get(f"/submissions/{submission_id}/files/1").close()
    as_teacher.get(f"{room.path}/students/{people.ben}")
    as_teacher.get(f"{room.path}/students/{people.ben}")

    assert looks(app) == [
        (people.ada, people.ben, {"submission_id": submission_id}),
        (people.ada, people.ben, {"assignment_id": room.assignment}),
    ]


def test_each_of_the_staff_is_noted(
    app: Flask, as_teacher: FlaskClient, people: factories.People, submission_id: int
) -> None:
    with app.app_context():
        assistant = factories.user("Fay").id
        factories.enrolment(people.course, assistant, CourseRole.ASSISTANT)

    as_teacher.get(f"/submissions/{submission_id}")
    factories.sign_in(app, assistant).get(f"/submissions/{submission_id}")

    assert [actor for actor, _whose, _what in looks(app)] == [people.ada, assistant]


def test_students_who_look_at_their_own_and_people_who_are_refused_are_not_noted(
    app: Flask, as_student: FlaskClient, as_outsider: FlaskClient, submission_id: int, room: classroom.Room
) -> None:
    own = [as_student.get(path).status_code for path in (f"/submissions/{submission_id}", f"{room.path}/work")]
    refused = as_outsider.get(f"/submissions/{submission_id}").status_code

    assert (own, refused) == ([200, 200], 404)
    assert looks(app) == []


def test_the_log_says_it_in_a_sentence_with_both_names(
    as_teacher: FlaskClient, as_admin: FlaskClient, submission_id: int
) -> None:
    as_teacher.get(f"/submissions/{submission_id}")

    assert "Ada Teacher looked at work of Ben Student" in as_admin.get("/school/audit").text
