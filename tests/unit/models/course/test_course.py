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


def test_a_course_is_found_with_the_living_enrolment_of_one_person(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    course, enrolment = Course.get_with_enrolment(session, people.course, people.ben)
    as_stranger = Course.get_with_enrolment(session, people.course, people.cy)
    with session.begin():
        session.get(type(enrolment), enrolment.id).delete(START, people.ada)
    after_leaving = Course.get_with_enrolment(session, people.course, people.ben)

    assert (course.id, enrolment.user_id) == (people.course, people.ben)
    assert (as_stranger[0].id, as_stranger[1]) == (people.course, None)
    assert (after_leaving[0].id, after_leaving[1]) == (people.course, None)


def test_a_course_in_the_bin_is_found_with_nobody(session: UnitOfWorkSession, people: factories.People) -> None:
    with session.begin():
        session.get(Course, people.course).delete(START, people.ada)

    assert Course.get_with_enrolment(session, people.course, people.ben) is None
