from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etude.models.activity import operations
from tests import factories

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def test_an_added_assignment_comes_last(session: UnitOfWorkSession, people: factories.People) -> None:
    factories.assignment(people.course, factories.activity().id, position=7)
    activity = factories.activity()

    with session.begin():
        added = operations.add_assignment(session, people.course, activity, points=Decimal(5))

    assert added.position == 8
    assert added.points == Decimal(5)
