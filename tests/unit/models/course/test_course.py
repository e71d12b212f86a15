from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from etude.models import Course
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession

LIMIT = START - timedelta(days=30)


def test_the_list_of_a_person_is_paged_with_open_courses_first(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    archived = factories.course(code="A", archived_at=START)
    later = factories.course(code="Z")
    for course in (archived, later):
        factories.enrolment(course.id, people.ben)

    codes = [course.code for course, _role in Course.get_for_user(session, people.ben)]
    second = [course.code for course, _role in Course.get_for_user(session, people.ben, offset=1, limit=1)]

    assert codes == ["ICS3U", "Z", "A"]
    assert second == ["Z"]
    assert Course.count_for_user(session, people.ben) == 3
    assert Course.count_for_user(session, None) == 3


def test_the_bin_shows_an_owner_the_own_courses_only(session: UnitOfWorkSession, people: factories.People) -> None:
    mine, other = factories.course(owner_id=people.ada), factories.course()
    with session.begin():
        for course in (mine, other):
            session.get(Course, course.id).delete(START, people.ada)

    of_ada = Course.get_deleted_page(session, owner_id=people.ada, offset=0, limit=10)
    of_all = Course.get_deleted_page(session, owner_id=None, offset=0, limit=10)

    assert [course.id for course in of_ada] == [mine.id]
    assert {course.id for course in of_all} == {mine.id, other.id}
