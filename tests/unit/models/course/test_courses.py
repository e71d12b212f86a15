from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models import Course, Enrolment, Section, User
from etude.models.course import CourseRole
from etude.models.course.operations import add_course, purge_deleted
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession

LIMIT = START - timedelta(days=30)


def test_a_new_course_has_its_owner_as_teacher(session: UnitOfWorkSession, people: factories.People) -> None:
    with session.begin():
        course = add_course(
            session, Course(code="ICS4U", title="More", locale="fr", zone="America/Toronto"), teacher_id=people.ada
        )

    enrolment = Enrolment.get_for(session, course.id, people.ada)
    assert enrolment is not None
    assert enrolment.role is CourseRole.TEACHER
    assert course.is_owned_by(people.ada)


def test_a_course_of_the_school_has_no_teacher(session: UnitOfWorkSession) -> None:
    with session.begin():
        course = add_course(session, Course(code="X", title="X", locale="fr", zone="UTC"), teacher_id=None)

    assert course.owner_id is None
    assert Course.get_for_user(session, 1) == []


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


def test_students_are_paged_by_family_name_and_counted_without_the_staff(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    section = factories.section(people.course)
    for given, family in (("Zoé", "Émard"), ("Anne", "Zola"), ("Marc", "Abel")):
        factories.enrolment(people.course, factories.user(given, family).id, section_id=section.id)

    page = Enrolment.get_students_page(session, people.course, section_id=section.id, offset=0, limit=2)

    assert [one.user.family_name for one in page] == ["Abel", "Émard"]
    assert Enrolment.count_students(session, people.course) == 4
    assert Enrolment.count_students(session, people.course, section_id=section.id) == 3
    assert Enrolment.count_students_of(session, [people.course]) == {people.course: 4}


def test_names_are_given_of_living_students_of_the_section_only(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    section = factories.section(people.course)
    dee = factories.user("Dee", "Doe")
    factories.enrolment(people.course, dee.id, section_id=section.id)
    everybody = [people.ada, people.ben, people.cy, dee.id]

    assert Enrolment.get_student_names(session, people.course, everybody, section_id=None) == {
        people.ben: "Ben Student",
        dee.id: "Dee Doe",
    }
    assert Enrolment.get_student_names(session, people.course, everybody, section_id=section.id) == {dee.id: "Dee Doe"}


def test_the_bin_of_a_course_shows_enrolments_and_sections(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    section = factories.section(people.course, "B")
    with session.begin():
        Enrolment.get_for(session, people.course, people.ben).delete(START, people.ada)
        session.get(Section, section.id).delete(START, people.ada)

    people_page = Enrolment.get_deleted_page(session, people.course, offset=0, limit=10)
    section_page = Section.get_deleted_page(session, people.course, offset=0, limit=10)

    assert [one.user.name for one in people_page] == ["Ben Student"]
    assert [one.name for one in section_page] == ["B"]


def test_the_purge_takes_old_courses_with_all_that_is_in_them_and_nobodys_account(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    factories.assignment(people.course, factories.activity().id)
    recent = factories.course()
    with session.begin():
        session.get(Course, people.course).delete(START - timedelta(days=31), people.ada)
        session.get(Course, recent.id).delete(START, people.ada)

    with session.begin():
        assert purge_deleted(session, LIMIT) == 1

    left = session.scalars(sa.select(Course.id), execution_options={"include_deleted": True}).all()
    assert left == [recent.id]
    assert session.scalars(sa.select(Enrolment.id)).all() == []
    assert session.get(User, people.ben) is not None
