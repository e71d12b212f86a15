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
from etude.models import Activity, ActivityVersion, Assignment, AuditEntry
from etude.models.progress.operations import note_started
from tests import factories
from tests.authoring import sample, stored

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Judged:
    def __init__(self, status: Status) -> None:
        self.status = status
        self.tier = "full"


def version_of(session: Session, slug: str = "hello") -> int:
    return session.get(Activity, stored(sample(slug))).latest_version_id


def test_every_solution_is_judged_and_nothing_is_written(session: Session) -> None:
    version_id = version_of(session)

    result = checking.check_version(session, version_id, lambda _job: Judged(Status.WA), clock.now())

    assert result["state"] == "done"
    assert {row["verdict"] for row in result["rows"]} == {"WA"}
    assert {row["agrees"] for row in result["rows"]} == {True, False}
    assert session.get(ActivityVersion, version_id).check_result["state"] == "waiting"


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

    with pytest.raises(IsolationUnavailable):
        checking.run_check(version_id, refuse, clock.now())

    assert session.get(ActivityVersion, version_id).check_result["state"] == "waiting"


def test_a_version_that_is_gone_is_passed_over(session: Session) -> None:
    checking.run_check(7, lambda _job: Judged(Status.AC), clock.now())
    with pytest.raises(NotFound):
        checking.check_version(session, 7, lambda _job: Judged(Status.AC), clock.now())


def test_what_was_judged_meanwhile_is_not_judged_again(session: Session) -> None:
    def refuse(_job: object) -> None:
        raise AssertionError("judged twice")

    version_id = version_of(session)
    checking.run_check(version_id, lambda _job: Judged(Status.AC), clock.now())

    checking.run_check(version_id, refuse, clock.now())

    assert session.get(ActivityVersion, version_id).check_result["state"] == "done"


def test_students_who_have_not_begun_do_not_meet_what_its_solutions_contradict(
    session: Session, people: factories.People
) -> None:
    version_id = version_of(session)
    activity_id = session.get(ActivityVersion, version_id).activity_id
    new = factories.assignment(people.course, activity_id).id
    begun = factories.assignment(factories.course().id, activity_id)
    with session.begin():
        note_started(session, session.get(Assignment, begun.id), people.ben, clock.now())
    begun_id = begun.id

    checking.run_check(version_id, lambda _job: Judged(Status.WA), clock.now())

    assert [session.get(Assignment, one).is_visible for one in (new, begun_id)] == [False, True]
    assert session.scalars(
        sa.select(AuditEntry.target_id).where(AuditEntry.tag == "course:assignment:updated")
    ).all() == [new]
