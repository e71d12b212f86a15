"""A course, e.g. ICS3U in the fall of 2026."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base, keep
from etude.models.course.enrolment import CourseRole, Enrolment
from etude.models.mixins import OwnedMixin, SoftDeleteMixin, TimestampMixin
from etude.models.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

CLASS_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No I and no O: they are read as digits from a board."""
CLASS_CODE_LENGTH = 6


def make_class_code() -> str:
    """Return six letters drawn at random, easy to type and to read aloud."""
    return "".join(secrets.choice(CLASS_CODE_LETTERS) for _ in range(CLASS_CODE_LENGTH))


class Course(OwnedMixin, SoftDeleteMixin, TimestampMixin, Base):
    """A course: its language chooses statement, starter, tests and hints; its zone is that of its deadlines."""

    __tablename__ = "course"
    retention = Retention(since="deleted_at", kept="retention_days", batch=1)  # with all its work
    __table_args__ = (
        sa.Index("uq_course_code", "code", unique=True, sqlite_where=sa.text("deleted_at IS NULL"),
                 postgresql_where=sa.text("deleted_at IS NULL")),
        sa.Index("ix_course_archived_at", "archived_at"),
        sa.Index("ix_course_deleted_at", "deleted_at", sqlite_where=sa.text("deleted_at IS NOT NULL"),
                 postgresql_where=sa.text("deleted_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    locale: Mapped[str]
    zone: Mapped[str]
    class_code: Mapped[str] = mapped_column(unique=True, default=make_class_code)
    claims_open_until: Mapped[datetime | None] = mapped_column(default=None)
    archived_at: Mapped[datetime | None] = mapped_column(default=None)
    keeps_console_output: Mapped[bool] = mapped_column(default=False)

    @property
    def is_archived(self) -> bool:
        """Tell whether the course is over: readable, nothing handed in any more."""
        return self.archived_at is not None

    def takes_claims(self, at: datetime) -> bool:
        """Tell whether students may claim their names with the class code at this time."""
        return not self.is_archived and self.claims_open_until is not None and at < self.claims_open_until

    @classmethod
    def get_by_code(cls, session: Session, code: str) -> Course | None:
        """Return the living course of this code."""
        return session.scalar(sa.select(cls).where(cls.code == code.strip(), cls.deleted_at.is_(None)))

    @classmethod
    def get_by_class_code(cls, session: Session, class_code: str) -> Course | None:
        """Return the living course of this class code; case, spaces and dashes do not matter."""
        plain = "".join(c for c in class_code.upper() if c.isalpha())
        return session.scalar(sa.select(cls).where(cls.class_code == plain))

    @classmethod
    def get_with_enrolment(
        cls, session: Session, course_id: int, user_id: int
    ) -> tuple[Course, Enrolment | None] | None:
        """Return a living course with a user's living enrolment in it, in one query; None where there is no course."""
        row = session.execute(_with_enrolment(), {"course_id": course_id, "user_id": user_id}).first()
        return None if row is None else (row[0], row[1])

    @classmethod
    def get_for_user(
        cls, session: Session, user_id: int, *, offset: int = 0, limit: int = 200
    ) -> Sequence[tuple[Course, CourseRole]]:
        """Return the living courses in which a user is enrolled, with the role in each; open ones first, by code."""
        rows = session.execute(
            sa.select(cls, Enrolment.role)
            .join(Enrolment, Enrolment.course_id == cls.id)
            .where(Enrolment.user_id == user_id)
            .order_by(cls.archived_at.is_not(None), cls.code, cls.id)
            .offset(offset)
            .limit(limit)
        )
        return [(course, role) for course, role in rows]

    @classmethod
    def count_for_user(cls, session: Session, user_id: int | None) -> int:
        """Return in how many living courses a user is enrolled; None counts all living courses of the school."""
        query = sa.select(sa.func.count(cls.id))
        if user_id is not None:
            query = query.join(Enrolment, Enrolment.course_id == cls.id).where(Enrolment.user_id == user_id)
        return session.scalar(query) or 0

    @classmethod
    def get_deleted_page(cls, session: Session, *, owner_id: int | None, offset: int, limit: int) -> Sequence[Course]:
        """Return a page of the courses in the bin, the last deleted first; of one owner, or of all with None."""
        query = sa.select(cls).where(cls.deleted_at.is_not(None)).order_by(cls.deleted_at.desc(), cls.id)
        if owner_id is not None:
            query = query.where(cls.owner_id == owner_id)
        return session.scalars(query.offset(offset).limit(limit).execution_options(include_deleted=True)).all()

    @classmethod
    def get_page(cls, session: Session, *, offset: int, limit: int) -> Sequence[Course]:
        """Return a page of all living courses, open ones first, by code: the admin's list."""
        return session.scalars(
            sa.select(cls).order_by(cls.archived_at.is_not(None), cls.code, cls.id).offset(offset).limit(limit)
        ).all()


@cache
def _with_enrolment() -> sa.Select[Course, Enrolment]:
    """The guard asks this on every page of a course."""
    place = sa.and_(Enrolment.course_id == Course.id, Enrolment.user_id == sa.bindparam("user_id"))
    return keep(sa.select(Course, Enrolment).outerjoin(Enrolment, place).where(Course.id == sa.bindparam("course_id")))
