"""An enrolment: a user's role in a course, perhaps in a section."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.base import Base, keep
from etude.models.course.section import Section
from etude.models.mixins import SoftDeleteMixin, TimestampMixin
from etude.models.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class CourseRole(StrEnum):
    """What an account may do in one course."""

    TEACHER = "teacher"
    ASSISTANT = "assistant"
    OBSERVER = "observer"
    STUDENT = "student"


STAFF_ROLES = frozenset({CourseRole.TEACHER, CourseRole.ASSISTANT, CourseRole.OBSERVER})


class Enrolment(SoftDeleteMixin, TimestampMixin, Base):
    """One user in one course. Leaving puts the row in the bin: work and marks stay.

    `confirmed_at` says since when the student is the course's own: from the start when the account was made for this
    course, else from when the student, an admin, or a teacher who has the student already, said so. Before, the
    course's teachers have no power over the account: anybody may enrol anybody by user name.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        sa.Index("uq_enrolment_course_id_user_id", "course_id", "user_id", unique=True,
                 sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL")),
        sa.Index("ix_enrolment_user_id", "user_id"),
        sa.Index("ix_enrolment_section_id", "section_id"),
        sa.Index("ix_enrolment_import_id", "import_id"),
        sa.Index("ix_enrolment_deleted_at", "deleted_at", sqlite_where=sa.text("deleted_at IS NOT NULL"),
                 postgresql_where=sa.text("deleted_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("section.id", ondelete="SET NULL"), default=None)
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("roster_import.id", ondelete="SET NULL"), default=None)
    role: Mapped[CourseRole] = mapped_column(
        sa.Enum(CourseRole, native_enum=False, length=16, values_callable=lambda e: [m.value for m in e]),
        default=CourseRole.STUDENT,
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=user_id)
    section: Mapped[Section | None] = relationship(lazy="raise")

    @property
    def is_staff(self) -> bool:
        """Tell whether the role is not a student's."""
        return self.role in STAFF_ROLES

    @property
    def awaits_confirmation(self) -> bool:
        """Tell whether a student has still to say that this is a class of theirs."""
        return self.role is CourseRole.STUDENT and self.confirmed_at is None

    @classmethod
    def get_for(cls, session: Session, course_id: int, user_id: int) -> Enrolment | None:
        """Return a user's living enrolment in a course."""
        return session.scalar(_one_query(), {"course_id": course_id, "user_id": user_id})

    @classmethod
    def get_with_user(cls, session: Session, course_id: int, user_id: int) -> Enrolment | None:
        """Return a living account's living enrolment in a course, user and section loaded."""
        return session.scalar(
            sa.select(cls)
            .join(cls.user)
            .options(sa.orm.contains_eager(cls.user), sa.orm.selectinload(cls.section))
            .where(cls.course_id == course_id, cls.user_id == user_id)
        )

    @classmethod
    def get_members(
        cls, session: Session, course_id: int, *, section_id: int | None = None, students_only: bool = False
    ) -> Sequence[Enrolment]:
        """Return a course's living enrolments with user and section loaded, by family name; at most 1,000."""
        query = (
            sa.select(cls)
            .join(cls.user)
            .options(sa.orm.contains_eager(cls.user), sa.orm.selectinload(cls.section))
            .where(cls.course_id == course_id)
            .order_by(User.sort_key, User.id)
            .limit(1000)
        )
        if section_id is not None:
            query = query.where(cls.section_id == section_id)
        if students_only:
            query = query.where(cls.role == CourseRole.STUDENT)
        return session.scalars(query).all()

    @classmethod
    def get_students_page(
        cls, session: Session, course_id: int, *, section_id: int | None, offset: int, limit: int
    ) -> Sequence[Enrolment]:
        """Return a page of a course's living student enrolments, of a section or all, with users, by family name."""
        query = cls._of_students(sa.select(cls), course_id, section_id)
        return session.scalars(
            query.join(cls.user)
            .options(sa.orm.contains_eager(cls.user), sa.orm.selectinload(cls.section))
            .order_by(User.sort_key, User.id)
            .offset(offset)
            .limit(limit)
        ).all()

    @classmethod
    def get_student_names(
        cls, session: Session, course_id: int, user_ids: Sequence[int], *, section_id: int | None
    ) -> dict[int, str]:
        """Return the names of those among these people who are living students of a course, or of its section."""
        query = cls._of_students(sa.select(User.id, User.given_name, User.family_name), course_id, section_id)
        rows = session.execute(query.join_from(cls, cls.user).where(cls.user_id.in_(user_ids)))
        return {user_id: f"{given} {family}".strip() for user_id, given, family in rows}

    @classmethod
    def count_students(cls, session: Session, course_id: int, *, section_id: int | None = None) -> int:
        """Return how many living students a course, or one of its sections, has."""
        query = cls._of_students(sa.select(sa.func.count(cls.id)), course_id, section_id).join(cls.user)
        return session.scalar(query) or 0

    @classmethod
    def count_students_of(cls, session: Session, course_ids: Sequence[int]) -> dict[int, int]:
        """Return how many living students each of these courses has; a course without any is left out."""
        rows = session.execute(
            sa.select(cls.course_id, sa.func.count(cls.id))
            .where(cls.course_id.in_(course_ids), cls.role == CourseRole.STUDENT)
            .group_by(cls.course_id)
        )
        return dict(rows.all())

    @classmethod
    def _of_students(
        cls, query: sa.Select[*tuple[Any, ...]], course_id: int, section_id: int | None
    ) -> sa.Select[*tuple[Any, ...]]:
        query = query.where(cls.course_id == course_id, cls.role == CourseRole.STUDENT)
        return query if section_id is None else query.where(cls.section_id == section_id)

    @classmethod
    def get_deleted_page(cls, session: Session, course_id: int, *, offset: int, limit: int) -> Sequence[Enrolment]:
        """Return a page of a course's enrolments in the bin, users loaded, the last deleted first."""
        return session.scalars(
            sa.select(cls)
            .join(cls.user)
            .options(sa.orm.contains_eager(cls.user))
            .where(cls.course_id == course_id, cls.deleted_at.is_not(None), User.deleted_at.is_(None))
            .order_by(cls.deleted_at.desc(), cls.id)
            .offset(offset)
            .limit(limit)
            .execution_options(include_deleted=True)
        ).all()


@cache
def _one_query() -> sa.Select[Enrolment]:
    return keep(
        sa.select(Enrolment).where(
            Enrolment.course_id == sa.bindparam("course_id"), Enrolment.user_id == sa.bindparam("user_id")
        )
    )
