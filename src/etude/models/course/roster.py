"""The roster of a course: its class list in pages, names that can be claimed, and the writes on enrolments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from etude.models.course.course import Course, make_class_code
from etude.models.course.enrolment import CourseRole, Enrolment
from etude.models.course.section import Section
from etude.models.user import SchoolRole, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

CHUNK = 400
"""How many values go into one IN: databases bound the number of parameters."""


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How far the students of a course are with their accounts."""

    students: int
    unclaimed: int

    @property
    def claimed(self) -> int:
        """How many have a password, their own or one on a card."""
        return self.students - self.unclaimed


def get_class_page(
    session: Session, course_id: int, *, section_id: int | None = None, offset: int = 0, limit: int = 100
) -> Sequence[Enrolment]:
    """Return a page of a course's living enrolments, whatever the role, with user and section, by family name."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.user)
        .options(contains_eager(Enrolment.user), joinedload(Enrolment.section))
        .where(Enrolment.course_id == course_id)
        .order_by(User.sort_key, User.id)
        .offset(offset)
        .limit(limit)
    )
    if section_id is not None:
        query = query.where(Enrolment.section_id == section_id)
    return session.scalars(query).all()


def count_class(session: Session, course_id: int, *, section_id: int | None = None) -> int:
    """Return how many living enrolments a course, or one of its sections, has."""
    query = sa.select(sa.func.count(Enrolment.id)).join(Enrolment.user).where(Enrolment.course_id == course_id)
    if section_id is not None:
        query = query.where(Enrolment.section_id == section_id)
    return session.scalar(query) or 0


def count_students(session: Session, course_id: int) -> ClassCount:
    """Return how many students a course has and how many of them have no password yet."""
    row = session.execute(
        sa.select(sa.func.count(Enrolment.id), sa.func.sum(sa.case((User.password_hash.is_(None), 1), else_=0)))
        .join(Enrolment.user)
        .where(Enrolment.course_id == course_id, Enrolment.role == CourseRole.STUDENT)
    ).one()
    return ClassCount(row[0], int(row[1] or 0))


def get_unclaimed(session: Session, course_id: int) -> Sequence[Enrolment]:
    """Return the own students of a course whose name nobody has claimed, users loaded, by family name; ≤ 1,000."""
    return session.scalars(_own_students(course_id).where(User.password_hash.is_(None)).limit(1000)).all()


def get_students(session: Session, course_id: int, enrolment_ids: Iterable[int]) -> Sequence[Enrolment]:
    """Return those of these enrolments that are own students' of this course, with user and section, by family name."""
    return session.scalars(_own_students(course_id).where(Enrolment.id.in_(list(enrolment_ids)[:CHUNK]))).all()


def get_all_students(session: Session, course_id: int, *, section_id: int | None = None) -> Sequence[Enrolment]:
    """Return the own students of a course, or of a section, with user and section, by family name; at most 1,000."""
    query = _own_students(course_id).limit(1000)
    if section_id is not None:
        query = query.where(Enrolment.section_id == section_id)
    return session.scalars(query).all()


def _students(course_id: int) -> sa.Select[Enrolment]:
    return (
        sa.select(Enrolment)
        .join(Enrolment.user)
        .options(contains_eager(Enrolment.user), joinedload(Enrolment.section))
        .where(Enrolment.course_id == course_id, Enrolment.role == CourseRole.STUDENT)
        .order_by(User.sort_key, User.id)
    )


def _own_students(course_id: int) -> sa.Select[Enrolment]:
    """Those over whose accounts the course's teachers have power (`Enrolment.confirmed_at`)."""
    return _students(course_id).where(Enrolment.confirmed_at.is_not(None), User.school_role == SchoolRole.STUDENT)


def is_own_student(session: Session, user_id: int, actor_id: int) -> bool:
    """Tell whether an account is that of an own student of a teacher, in any living course of that teacher."""
    mine = aliased(Enrolment)
    query = (
        sa.select(Enrolment.id)
        .join(mine, mine.course_id == Enrolment.course_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.user_id == user_id, Enrolment.role == CourseRole.STUDENT, Enrolment.confirmed_at.is_not(None))
        .where(mine.user_id == actor_id, mine.role == CourseRole.TEACHER)
        .limit(1)
    )
    return session.scalar(query) is not None


def get_member(session: Session, enrolment_id: int, *, deleted: bool = False) -> Enrolment | None:
    """Return an enrolment with user and section; one from the bin only when `deleted`."""
    return session.scalar(
        sa.select(Enrolment)
        .join(Enrolment.user)
        .options(contains_eager(Enrolment.user), joinedload(Enrolment.section))
        .where(Enrolment.id == enrolment_id, User.deleted_at.is_(None))
        .where(Enrolment.deleted_at.is_not(None) if deleted else Enrolment.deleted_at.is_(None))
        .execution_options(include_deleted=True, populate_existing=True)
    )


def get_imported(session: Session, import_id: int) -> Sequence[Enrolment]:
    """Return the living enrolments that an import made, with users."""
    return session.scalars(
        sa.select(Enrolment)
        .join(Enrolment.user)
        .options(contains_eager(Enrolment.user))
        .where(Enrolment.import_id == import_id)
        .order_by(Enrolment.id)
    ).all()


def is_enrolled_anywhere(session: Session, user_id: int) -> bool:
    """Tell whether an account is in any course."""
    return session.scalar(sa.select(Enrolment.id).where(Enrolment.user_id == user_id).limit(1)) is not None


def get_by_sort_keys(session: Session, sort_keys: Iterable[str]) -> list[User]:
    """Return the living student accounts of these names, oldest first."""
    wanted = sorted(set(sort_keys))
    found: list[User] = []
    for start in range(0, len(wanted), CHUNK):
        query = sa.select(User).where(
            User.sort_key.in_(wanted[start : start + CHUNK]), User.school_role == SchoolRole.STUDENT
        )
        found.extend(session.scalars(query.order_by(User.id)))
    return found


def get_member_ids(session: Session, course_id: int) -> set[int]:
    """Return the ids of the accounts that are in a course, whatever the role."""
    return set(session.scalars(sa.select(Enrolment.user_id).where(Enrolment.course_id == course_id)))


def get_course_codes(session: Session, course_ids: Iterable[int]) -> dict[int, str]:
    """Return the codes of courses by id, deleted ones included: for lists that tell of the past."""
    rows = session.execute(
        sa.select(Course.id, Course.code).where(Course.id.in_(set(course_ids))),
        execution_options={"include_deleted": True},
    )
    return {row.id: row.code for row in rows}


def get_user_ids(session: Session, enrolment_ids: Iterable[int]) -> dict[int, int]:
    """Return whose these enrolments are, deleted ones included."""
    rows = session.execute(
        sa.select(Enrolment.id, Enrolment.user_id).where(Enrolment.id.in_(set(enrolment_ids))),
        execution_options={"include_deleted": True},
    )
    return {row.id: row.user_id for row in rows}


def count_teachers(session: Session, course_id: int) -> int:
    """Return how many living teachers a course has."""
    query = (
        sa.select(sa.func.count(Enrolment.id))
        .join(Enrolment.user)
        .where(Enrolment.course_id == course_id, Enrolment.role == CourseRole.TEACHER)
    )
    return session.scalar(query) or 0


def lock_course(session: Session, course_id: int) -> Course | None:
    """Return the course, read again and locked for the rest of the transaction: two imports run one after the other."""
    return session.scalar(
        sa.select(Course).where(Course.id == course_id).with_for_update().execution_options(populate_existing=True)
    )


def find_section(session: Session, course_id: int, name: str) -> tuple[Section | None, bool]:
    """Return the section of this name, made if it was not there, and whether it was made; "" is no section."""
    if not name:
        return None, False
    found = session.scalar(sa.select(Section).where(Section.course_id == course_id, Section.name == name))
    if found is not None:
        return found, False
    section = Section(course_id=course_id, name=name)
    session.add(section)
    session.flush()
    return section, True


def renew_class_code(session: Session, course: Course) -> None:
    """Give a course another class code, which no course has."""
    code = make_class_code()
    while Course.get_by_class_code(session, code) is not None:
        code = make_class_code()
    course.class_code = code


def open_claims(course: Course, until: datetime | None) -> None:
    """Let names be claimed until a time; None closes at once."""
    course.claims_open_until = until


def adopt_courses(session: Session, user_id: int) -> int:
    """Make a user the teacher of the living courses that nobody owns or teaches, e.g. the sample; return how many."""
    taught = sa.select(Enrolment.course_id).where(Enrolment.role == CourseRole.TEACHER)
    courses = session.scalars(sa.select(Course).where(Course.owner_id.is_(None), Course.id.not_in(taught))).all()
    for course in courses:
        course.owner_id = user_id
        session.add(Enrolment(course_id=course.id, user_id=user_id, role=CourseRole.TEACHER))
    session.flush()
    return len(courses)
