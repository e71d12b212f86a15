from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError
from tests import classroom, factories

from etude.models import Submission
from etude.models.submission import SubmissionState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from tests.conftest import Time


@pytest.fixture
def room(time: Time, session: Session, people: factories.People) -> classroom.Room:
    return classroom.open_room(people)


def test_attempts_are_numbered_for_each_student(
    session: Session, room: classroom.Room, people: factories.People
) -> None:
    for user_id in (people.ben, people.ben, people.cy):
        classroom.submit(room, user_id)

    assert Submission.get_last_attempt(session, room.assignment, people.ben) == 2
    assert Submission.get_last_attempt(session, room.assignment, people.cy) == 1
    assert Submission.get_last_attempt(session, room.assignment, people.ada) == 0


def test_one_attempt_number_cannot_be_used_twice(
    session: Session, room: classroom.Room, people: factories.People, time: Time
) -> None:
    classroom.submit(room, people.ben)
    twin = Submission(
        assignment_id=room.assignment, user_id=people.ben, activity_version_id=room.version, attempt=1,
        once="another-one", kind="code", answer={}, state=SubmissionState.QUEUED, submitted_at=time.at,
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        factories.add(twin)


def test_newest_answers_come_first(session: Session, room: classroom.Room, people: factories.People) -> None:
    for code in ("one", "two", "three"):
        classroom.submit(room, people.ben, code)

    newest = Submission.get_newest_with_answers(session, room.assignment, people.ben, limit=2)
    page = Submission.get_page_for_student(session, room.assignment, people.ben, offset=1, limit=5)
    latest = Submission.get_latest_for_student(session, room.assignment, people.ben, language="python")

    assert [row.answer["files"]["main.py"] for row in newest] == ["three", "two"]
    assert [row.attempt for row in page] == [2, 1]
    assert [row.attempt for row in Submission.get_for_student(session, room.assignment, people.ben)] == [3, 2, 1]
    assert latest.attempt == 3
    assert Submission.get_latest_for_student(session, room.assignment, people.ben, language="c") is None


def test_only_what_waits_long_is_stuck(
    session: Session, room: classroom.Room, people: factories.People, time: Time
) -> None:
    old, judged = classroom.submit(room, people.ben), classroom.submit(room, people.ben)
    classroom.judge(judged)
    time.forward(minutes=5)
    classroom.submit(room, people.ben)

    stuck = Submission.get_stuck(session, time.at - timedelta(minutes=1))

    assert [row.id for row in stuck] == [old]


def test_answer_is_found_with_all_that_its_page_shows(
    session: Session, room: classroom.Room, people: factories.People
) -> None:
    submission_id = classroom.submit(room, people.ben)
    session.expunge_all()

    found = Submission.get_with_answer(session, submission_id)

    assert (found.user.name, found.assignment.course.code) == ("Ben Student", "ICS3U")
    assert found.assignment.activity.title("en") == "Twice"
    assert not found.is_judged
