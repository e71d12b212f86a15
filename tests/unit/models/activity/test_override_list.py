from __future__ import annotations

from typing import TYPE_CHECKING

from etude.models import Override
from etude.models.activity.override_list import get_overrides_of
from tests import factories

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def test_the_overrides_that_reach_a_student_come_with_the_own_one_last(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    assignment = factories.assignment(people.course, factories.activity().id)
    mine, other = factories.section(people.course, "A"), factories.section(people.course, "B")
    factories.add(Override(assignment_id=assignment.id, user_id=people.ben, attempts=1))
    factories.add(Override(assignment_id=assignment.id, section_id=mine.id, attempts=2))
    factories.add(Override(assignment_id=assignment.id, section_id=other.id, attempts=3))
    factories.add(Override(assignment_id=assignment.id, user_id=people.cy, attempts=4))

    found = get_overrides_of(session, people.course, people.ben, mine.id)

    assert [one.attempts for one in found[assignment.id]] == [2, 1]


def test_a_student_without_a_section_gets_no_sections_override(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    assignment = factories.assignment(people.course, factories.activity().id)
    factories.add(Override(assignment_id=assignment.id, section_id=factories.section(people.course).id, attempts=2))

    assert get_overrides_of(session, people.course, people.ben, None) == {}


def test_the_remembered_overrides_follow_every_change(session: UnitOfWorkSession, people: factories.People) -> None:
    assignment = factories.assignment(people.course, factories.activity().id)
    assert get_overrides_of(session, people.course, people.ben, None) == {}
    override = factories.add(Override(assignment_id=assignment.id, user_id=people.ben, attempts=1))
    assert get_overrides_of(session, people.course, people.ben, None)[assignment.id][0].attempts == 1

    with session.begin():
        session.get(Override, override.id).attempts = 5
    changed = get_overrides_of(session, people.course, people.ben, None)
    with session.begin():
        session.delete(session.get(Override, override.id))

    assert changed[assignment.id][0].attempts == 5
    assert get_overrides_of(session, people.course, people.ben, None) == {}
