"""The consoles of a course's students, for those who may look at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude.models.activity import Assignment
from etude.models.course import Enrolment
from etude.models.course.enrolment import CourseRole
from etude.models.submission import Console
from etude.models.user import User
from etude.models.watching.record import ConsoleRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ListedConsole:
    """One console with whose it is; `key` is for the holder alone."""

    id: int
    key: str
    user_id: int
    assignment_id: int
    language: str
    opened_at: datetime
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        """The student's name as it is said."""
        return f"{self.given_name} {self.family_name}".strip()


def get_living(
    session: Session, course_id: int, *, section_id: int | None, limit: int = 500
) -> Sequence[ListedConsole]:
    """Return the living consoles of a course's students, of one section or all, by family name."""
    query = _of_students(course_id, section_id).where(Console.ended_at.is_(None))
    rows = session.execute(query.order_by(User.sort_key, Console.id).limit(limit))
    return [ListedConsole(*row) for row in rows]


def find_living(session: Session, course_id: int, console_id: int, *, section_id: int | None) -> ListedConsole | None:
    """Return one of these consoles."""
    query = _of_students(course_id, section_id).where(Console.id == console_id, Console.ended_at.is_(None))
    row = session.execute(query).first()
    return None if row is None else ListedConsole(*row)


def _of_students(course_id: int, section_id: int | None) -> sa.Select[*tuple[Any, ...]]:
    columns = (Console.id, Console.key, Console.user_id, Console.assignment_id, Console.language, Console.opened_at)
    is_student = sa.and_(
        Enrolment.user_id == Console.user_id,
        Enrolment.course_id == course_id,
        Enrolment.role == CourseRole.STUDENT,
    )
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(*columns, User.given_name, User.family_name)
        .select_from(Console)
        .join(Assignment, Assignment.id == Console.assignment_id)
        .join(Enrolment, is_student)
        .join(User, User.id == Console.user_id)
        .where(Assignment.course_id == course_id)
    )
    return query if section_id is None else query.where(Enrolment.section_id == section_id)


@dataclass(frozen=True, slots=True)
class PastConsole:
    """One program that a student ran, as it is recorded; `has_record` where what it showed is kept."""

    id: int
    assignment_id: int
    language: str
    opened_at: datetime
    ended_at: datetime | None
    ending: str
    cpu_ms: int
    has_record: bool


def get_of_student(session: Session, course_id: int, user_id: int, *, offset: int, limit: int) -> Sequence[PastConsole]:
    """Return a page of the programs that a person ran in a course, the last first."""
    columns = (Console.id, Console.assignment_id, Console.language, Console.opened_at, Console.ended_at)
    rows = session.execute(
        sa.select(*columns, Console.ending, Console.cpu_ms, ConsoleRecord.console_id.is_not(None))
        .join(Assignment, Assignment.id == Console.assignment_id)
        .outerjoin(ConsoleRecord, ConsoleRecord.console_id == Console.id)
        .where(Console.user_id == user_id, Assignment.course_id == course_id)
        .order_by(Console.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [PastConsole(*row) for row in rows]


def count_of_student(session: Session, course_id: int, user_id: int) -> int:
    """Return how many programs of a person in a course are recorded."""
    query = sa.select(sa.func.count(Console.id)).join(Assignment, Assignment.id == Console.assignment_id)
    return session.scalar(query.where(Console.user_id == user_id, Assignment.course_id == course_id)) or 0
