from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.core import clock
from etude.core.errors import NotFound
from etude.features.authoring import checking
from etude.grading.errors import JobError
from etude.grading.verdict import Status
from etude.jail import IsolationUnavailable
from etude.models import Activity, ActivityVersion
from etude.queue import TaskMessage
from tests.authoring import sample, stored

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Judged:
    def __init__(self, status: Status) -> None:
        self.status = status


def version_of(session: Session, slug: str = "hello") -> int:
    return session.get(Activity, stored(sample(slug))).latest_version_id


def test_every_solution_is_judged_and_nothing_is_written(session: Session) -> None:
    version_id = version_of(session)

    result = checking.check_version(session, version_id, lambda _job: Judged(Status.WA), clock.now())

    assert result["state"] == "done"
    assert {row["verdict"] for row in result["rows"]} == {"WA"}
    assert {row["agrees"] for row in result["rows"]} == {True, False}
    assert session.get(ActivityVersion, version_id).check_result is None


def test_a_job_that_the_engine_does_not_take_is_a_failed_check(session: Session) -> None:
    def refuse(_job: object) -> None:
        raise JobError("no")

    version_id = version_of(session)
    checking.run_check(version_id, refuse, clock.now())

    assert session.get(ActivityVersion, version_id).check_result["reason"] == checking.OUR_FAULT


def test_a_machine_that_cannot_isolate_leaves_the_check_waiting(session: Session) -> None:
    def refuse(_job: object) -> None:
        raise IsolationUnavailable("no")

    version_id = version_of(session)
    with session.begin():
        checking.ask_for_check(session, session.get(ActivityVersion, version_id), clock.now())

    with pytest.raises(IsolationUnavailable):
        checking.run_check(version_id, refuse, clock.now())

    assert session.get(ActivityVersion, version_id).check_result["state"] == "waiting"


def test_a_version_that_is_gone_is_passed_over(session: Session) -> None:
    checking.run_check(7, lambda _job: Judged(Status.AC), clock.now())
    with pytest.raises(NotFound):
        checking.check_version(session, 7, lambda _job: Judged(Status.AC), clock.now())


def test_only_what_nobody_checked_is_sent_to_the_worker(session: Session) -> None:
    code, quiz = version_of(session), version_of(session, "quiz-basics")
    with session.begin():
        checking.check_if_unchecked(session, code, clock.now())
        checking.check_if_unchecked(session, code, clock.now())
        checking.check_if_unchecked(session, quiz, clock.now())
        checking.check_if_unchecked(session, None, clock.now())

    assert session.scalars(sa.select(TaskMessage.subject)).all() == [f"check_activity:{code}"]
