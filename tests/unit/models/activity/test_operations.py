from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models import Activity, Assignment
from etude.models.activity import operations
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession

OLD, RECENT = START - timedelta(days=40), START - timedelta(days=1)
LIMIT = START - timedelta(days=30)


def every(session: UnitOfWorkSession, model: type) -> set[int]:
    return set(session.scalars(sa.select(model.id), execution_options={"include_deleted": True}))


def test_an_added_assignment_comes_last(session: UnitOfWorkSession, people: factories.People) -> None:
    factories.assignment(people.course, factories.activity().id, position=7)
    activity = factories.activity()

    with session.begin():
        added = operations.add_assignment(session, people.course, activity, points=Decimal(5))

    assert added.position == 8
    assert added.points == Decimal(5)


def test_the_purge_removes_only_what_is_old_in_the_bin(session: UnitOfWorkSession, people: factories.People) -> None:
    old, recent, living = (factories.assignment(people.course, factories.activity().id) for _ in range(3))
    with session.begin():
        session.get(Assignment, old.id).delete(OLD, None)
        session.get(Assignment, recent.id).delete(RECENT, None)

    with session.begin():
        assert operations.purge_deleted(session, LIMIT) == 1

    assert every(session, Assignment) == {recent.id, living.id}


def test_the_purge_keeps_an_activity_that_an_assignment_uses(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    used, unused = factories.activity(), factories.activity()
    factories.assignment(people.course, used.id)
    with session.begin():
        for one in (used, unused):
            session.get(Activity, one.id).delete(OLD, None)

    with session.begin():
        operations.purge_deleted(session, LIMIT)

    assert every(session, Activity) == {used.id}
