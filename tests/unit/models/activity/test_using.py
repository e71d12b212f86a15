from __future__ import annotations

from typing import TYPE_CHECKING

from etude.core import clock
from etude.models import Assignment, Course, Enrolment
from etude.models.activity.using import get_courses_using, get_taught_activity_ids
from etude.models.course import CourseRole
from tests import factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.factories import People


def test_courses_that_use_an_activity_come_by_code(session: Session, people: People) -> None:
    activity = factories.activity().id
    other = factories.course(code="AAA1").id
    placed = [factories.assignment(course, activity).id for course in (people.course, other)]

    found = get_courses_using(session, [activity, activity + 1])

    using = [(course.code, course.assignment_id) for course in found[activity]]
    assert using == [
        ("AAA1", placed[1]),
        ("ICS3U", placed[0]),
    ]
    assert activity + 1 not in found


def test_assignments_and_courses_in_the_bin_do_not_count(session: Session, people: People) -> None:
    first, second = factories.activity().id, factories.activity().id
    removed = factories.assignment(people.course, first).id
    course = factories.course().id
    factories.assignment(course, second)
    with session.begin():
        session.get(Assignment, removed).delete(clock.now(), None)
        session.get(Course, course).delete(clock.now(), None)

    assert get_courses_using(session, [first, second]) == {}


def test_only_teachers_of_a_using_course_teach_an_activity(session: Session, people: People) -> None:
    used, unused = factories.activity().id, factories.activity().id
    factories.assignment(people.course, used)
    eve = factories.user("Eve").id
    enrolment = factories.enrolment(people.course, eve, CourseRole.ASSISTANT).id

    assert get_taught_activity_ids(session, people.ada, [used, unused]) == {used}
    assert get_taught_activity_ids(session, people.ben, [used, unused]) == set()
    assert get_taught_activity_ids(session, eve, [used]) == set()
    with session.begin():
        session.get(Enrolment, enrolment).role = CourseRole.TEACHER
    assert get_taught_activity_ids(session, eve, [used]) == {used}
    with session.begin():
        session.get(Enrolment, enrolment).delete(clock.now(), None)
    assert get_taught_activity_ids(session, eve, [used]) == set()
