from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from tests import classroom, factories

from etude.models import Submission
from etude.models.submission.sweeping import sweep
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
