"""Writes on courses that several features share; they take the session and never commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.models.course.enrolment import CourseRole, Enrolment

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from etude.models.course.course import Course


def add_course(session: Session, course: Course, *, teacher_id: int | None) -> Course:
    """Add a course and enrol its teacher; None is a course of the school that nobody teaches yet. It has its id."""
    course.owner_id = teacher_id
    session.add(course)
    session.flush()
    if teacher_id is not None:
        session.add(Enrolment(course_id=course.id, user_id=teacher_id, role=CourseRole.TEACHER))
        session.flush()
    return course
