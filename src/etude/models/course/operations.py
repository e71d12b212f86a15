"""Writes on courses that several features share; they take the session and never commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.course.course import Course
from etude.models.course.enrolment import CourseRole, Enrolment
from etude.models.course.section import Section

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def add_course(session: Session, course: Course, *, teacher_id: int | None) -> Course:
    """Add a course and enrol its teacher; None is a course of the school that nobody teaches yet. It has its id."""
    course.owner_id = teacher_id
    session.add(course)
    session.flush()
    if teacher_id is not None:
        session.add(Enrolment(course_id=course.id, user_id=teacher_id, role=CourseRole.TEACHER))
        session.flush()
    return course


def purge_deleted(session: Session, before: datetime) -> int:
    """Remove for good the courses, sections and enrolments put in the bin before a time; return how many rows.

    A course takes its assignments, submissions and progress with it; an enrolment takes nothing: work stays.
    """
    count = 0
    for model in (Course, Section, Enrolment):
        old = sa.and_(model.deleted_at.is_not(None), model.deleted_at < before)
        count += len(session.scalars(sa.delete(model).where(old).returning(model.id)).all())
    return count
