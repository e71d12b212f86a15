from __future__ import annotations

from typing import TYPE_CHECKING

from etude.models import Course, Enrolment
from etude.models.course import CourseRole
from etude.models.course.operations import add_course

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests import factories


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
