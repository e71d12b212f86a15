from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from etude.models import Enrolment, Section
from etude.models.course import CourseRole
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from datetime import datetime

    from etude.core.db import UnitOfWorkSession

LIMIT = START - timedelta(days=30)


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


@pytest.mark.parametrize(
    ("role", "confirmed_at", "awaits"),
    [
        (CourseRole.STUDENT, None, True),
        (CourseRole.STUDENT, START, False),
        (CourseRole.TEACHER, None, False),
        (CourseRole.ASSISTANT, None, False),
    ],
)
def test_only_a_students_place_awaits_confirmation(
    role: CourseRole, confirmed_at: datetime | None, awaits: bool
) -> None:
    assert Enrolment(role=role, confirmed_at=confirmed_at).awaits_confirmation is awaits
