from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from etude.models import Override
from tests import factories

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def test_overrides_are_counted_by_assignment(session: UnitOfWorkSession, people: factories.People) -> None:
    first = factories.assignment(people.course, factories.activity().id)
    factories.assignment(people.course, factories.activity().id)
    factories.add(Override(assignment_id=first.id, user_id=people.ben, attempts=1))

    assert Override.count_by_assignment(session, people.course) == {first.id: 1}


def test_an_override_for_nobody_is_refused_by_the_database(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    assignment = factories.assignment(people.course, factories.activity().id)

    with pytest.raises(IntegrityError):
        factories.add(Override(assignment_id=assignment.id, attempts=1))
