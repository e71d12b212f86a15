from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from etude.core import clock
from etude.models import CourseSource
from etude.models.course.source import LEASE, SourceState
from tests import factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conftest import Time


def source(code: str, **values: object) -> int:
    course = factories.course(code=code)
    url = "https://forge.example/a.git"
    factories.add(CourseSource(course_id=course.id, url=url, branch="main", **values))
    return course.id


def claim(session: Session) -> int | None:
    with session.begin():
        return CourseSource.claim_due(session, clock.now())


def test_the_one_that_has_been_due_for_longest_is_taken_once(session: Session, time: Time) -> None:
    source("ICS2O", due_at=None)
    later = source("ICS3U", due_at=clock.now() - timedelta(minutes=1))
    first = source("ICS4U", due_at=clock.now() - timedelta(hours=1))

    assert [claim(session) for _ in range(3)] == [first, later, None]
    time.forward(seconds=LEASE.total_seconds() + 1)
    assert {claim(session), claim(session)} == {first, later}


def test_the_next_look_is_after_its_time_or_never_by_itself(session: Session) -> None:
    course_id = source("ICS3U", every_minutes=15)
    row = CourseSource.get(session, course_id)
    assert row is not None

    session.expunge(row)
    at = clock.now()

    row.plan_next(at)
    soon = row.due_at
    row.every_minutes = 0
    row.plan_next(at)

    assert (soon, row.due_at) == (at + timedelta(minutes=15), None)
    assert row.state == SourceState.NEW
