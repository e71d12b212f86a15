"""Which courses use an activity: asked by the library, before a deletion, and for the right to change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.activity.assignment import Assignment
from etude.models.course import Course, CourseRole, Enrolment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class UsingCourse:
    """One living course that an activity is placed in."""

    id: int
    code: str
    title: str
    assignment_id: int


def get_courses_using(session: Session, activity_ids: Iterable[int]) -> dict[int, list[UsingCourse]]:
    """Return, by activity, the living courses with a living assignment of it, by code; one query."""
    query = (
        sa.select(Assignment.activity_id, Assignment.id.label("assignment_id"), Course.id, Course.code, Course.title)
        .join(Course, Course.id == Assignment.course_id)
        .where(
            Assignment.activity_id.in_(list(activity_ids)),
            Assignment.deleted_at.is_(None),
            Course.deleted_at.is_(None),
        )
        .order_by(Course.code, Course.id)
    )
    found: dict[int, list[UsingCourse]] = {}
    for row in session.execute(query):
        course = UsingCourse(id=row.id, code=row.code, title=row.title, assignment_id=row.assignment_id)
        found.setdefault(row.activity_id, []).append(course)
    return found


def get_taught_activity_ids(session: Session, user_id: int, activity_ids: Iterable[int]) -> set[int]:
    """Return which of some activities are placed in a living course that a person teaches; one query."""
    query = (
        sa.select(Assignment.activity_id)
        .join(Course, Course.id == Assignment.course_id)
        .join(Enrolment, Enrolment.course_id == Assignment.course_id)
        .where(
            Assignment.activity_id.in_(list(activity_ids)),
            Assignment.deleted_at.is_(None),
            Course.deleted_at.is_(None),
            Enrolment.user_id == user_id,
            Enrolment.role == CourseRole.TEACHER,
            Enrolment.deleted_at.is_(None),
        )
    )
    return set(session.scalars(query))
