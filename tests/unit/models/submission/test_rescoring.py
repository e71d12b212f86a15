from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests import classroom, factories
from tests.conftest import START

from etude.models import Assignment, Enrolment, Event, Override, Progress, Submission
from etude.models.submission import SubmissionState, rescoring

if TYPE_CHECKING:
    from tests.conftest import Time

    from etude.core.db import UnitOfWorkSession


@pytest.fixture
def room(session: UnitOfWorkSession, people: factories.People, time: Time) -> classroom.Room:
    return classroom.open_room(people, due_at=START - timedelta(hours=30), late_percent=10)


def rescore_by(session: UnitOfWorkSession, room: classroom.Room, **dates: object) -> list[rescoring.Rescored]:
    with session.begin():
        assignment = session.get(Assignment, room.assignment)
        for name, value in dates.items():
            setattr(assignment, name, value)
        return rescoring.rescore(session, assignment, START)


def test_nothing_changes_and_nobody_is_told_where_the_dates_are_the_same(
    session: UnitOfWorkSession, room: classroom.Room, people: factories.People
) -> None:
    classroom.judge(classroom.submit(room, people.ben))
    newest = Event.get_last_id(session)

    changed = rescore_by(session, room)

    assert changed == []
    assert Event.get_last_id(session) == newest


def test_lateness_points_and_progress_follow_and_pages_are_told(
    session: UnitOfWorkSession, room: classroom.Room, people: factories.People
) -> None:
    submission_id = classroom.submit(room, people.ben)
    classroom.judge(submission_id)
    newest = Event.get_last_id(session)

    (changed,) = rescore_by(session, room, due_at=None)

    assert (changed.late_days, changed.score) == ((2, 0), (Decimal(8), Decimal(10)))
    assert Progress.get_for(session, room.assignment, people.ben).best_score == 10
    topics = {event.topic for event in Event.get_after(session, newest)}
    assert topics == {f"submission:{submission_id}", f"course:{people.course}"}


def test_an_answer_that_still_waits_is_judged_by_the_new_dates(
    session: UnitOfWorkSession, room: classroom.Room, people: factories.People
) -> None:
    submission_id = classroom.submit(room, people.ben)

    rescore_by(session, room, due_at=None)
    waiting = session.get(Submission, submission_id)
    found = (waiting.state, waiting.late_days, waiting.score)
    session.rollback()
    classroom.judge(submission_id)

    assert found == (SubmissionState.QUEUED, 0, None)
    assert session.get(Submission, submission_id).score == 10


def test_a_try_of_the_staff_is_left_alone(
    session: UnitOfWorkSession, room: classroom.Room, people: factories.People
) -> None:
    classroom.judge(classroom.submit(room, people.ada, is_trial=True))

    assert rescore_by(session, room, late_percent=50) == []


def test_the_log_is_told_each_value_before_and_after(
    session: UnitOfWorkSession, room: classroom.Room, people: factories.People
) -> None:
    submission_id = classroom.submit(room, people.ben)

    told = rescoring.describe(rescore_by(session, room, due_at=None))

    assert told == {str(submission_id): {"late_days": ["2", "0"], "score": ["", ""]}}


def test_a_move_rescores_only_where_an_exception_is_for_a_section_left_or_joined(
    session: UnitOfWorkSession, room: classroom.Room, people: factories.People
) -> None:
    submission_id = classroom.submit(room, people.ben)
    section_id = factories.section(people.course).id
    factories.add(Override(assignment_id=room.assignment, section_id=section_id, due_at=START))
    with session.begin():
        member = Enrolment.get_for(session, people.course, people.ben)
        member.section_id = section_id

        elsewhere = rescoring.rescore_member(session, member, [None, section_id + 1], START)
        joined = rescoring.rescore_member(session, member, [None, section_id], START)

    assert elsewhere == []
    assert [(one.submission_id, one.late_days) for one in joined] == [(submission_id, (2, 0))]
