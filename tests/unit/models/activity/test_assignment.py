from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from etude.models import Assignment
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def test_an_activity_is_in_a_course_once_unless_the_other_is_in_the_bin(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    activity_id = factories.activity().id
    first = factories.assignment(people.course, activity_id)
    with pytest.raises(IntegrityError):
        factories.assignment(people.course, activity_id)
    with session.begin():
        session.get(Assignment, first.id).delete(START, people.ada)

    again = factories.assignment(people.course, activity_id)

    deleted = Assignment.get_deleted_page(session, people.course, offset=0, limit=10)
    assert [one.id for one in deleted] == [first.id]
    assert [one.id for one in Assignment.get_for_course(session, people.course)] == [again.id]


def test_what_students_see_comes_in_order_by_course(session: UnitOfWorkSession, people: factories.People) -> None:
    other = factories.course().id
    last = factories.assignment(people.course, factories.activity().id, position=9)
    first = factories.assignment(people.course, factories.activity().id, position=1)
    factories.assignment(people.course, factories.activity().id, position=5, is_visible=False)

    found = Assignment.get_visible_ids(session, [people.course, other])

    assert found == {people.course: [first.id, last.id]}
    assert Assignment.get_next_position(session, people.course) == 10
    assert Assignment.get_next_position(session, other) == 1


def test_an_assignment_is_loaded_with_all_that_its_page_needs(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    one = factories.assignment(people.course, factories.activity({"kind": "code"}).id)

    found = Assignment.get_with_content(session, one.id)

    assert found is not None
    assert found.course.code == "ICS3U"
    assert found.activity.latest.document == {"kind": "code"}
