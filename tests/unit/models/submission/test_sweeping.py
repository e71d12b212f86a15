from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from tests import classroom, factories

from etude.models import Run, Submission, WorkerState
from etude.models.submission.sweeping import purge, sweep
from etude.queue import TaskMessage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from tests.conftest import Time


def test_submission_without_a_task_is_sent_again_once(time: Time, session: Session, people: factories.People) -> None:
    submission_id = classroom.submit(classroom.open_room(people), people.ben)
    with session.begin():
        session.execute(sa.delete(TaskMessage))
    time.forward(minutes=2)

    with session.begin():
        sent = [sweep(session, time.at), sweep(session, time.at)]

    assert sent == [1, 0]
    assert session.scalars(sa.select(TaskMessage.subject)).all() == [f"grade_submission:{submission_id}"]
    assert session.get(Submission, submission_id).queued_at == time.at


def test_submission_whose_task_waits_is_left_alone(time: Time, session: Session, people: factories.People) -> None:
    classroom.submit(classroom.open_room(people), people.ben)
    time.forward(minutes=30)

    with session.begin():
        assert sweep(session, time.at) == 0


def test_runs_and_workers_of_yesterday_are_forgotten(time: Time, session: Session, people: factories.People) -> None:
    room = classroom.open_room(people)
    factories.add(
        Run(assignment_id=room.assignment, user_id=people.ben, language="c", files={}, stdin="", asked_at=time.at)
    )
    factories.add(WorkerState(name="gone", seen_at=time.at, tier="full"))

    with session.begin():
        early = purge(session, time.at + timedelta(hours=23))
    with session.begin():
        late = purge(session, time.at + timedelta(hours=25))

    assert (early, late) == (0, 2)
