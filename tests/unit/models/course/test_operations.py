from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models import Course, Enrolment, User
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
