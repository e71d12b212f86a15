"""An enrolment: a user's role in a course, perhaps in a section."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.base import Base
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
    """One user in one course. Leaving puts the row in the bin: work and marks stay."""

    __tablename__ = "enrolment"
    __table_args__ = (
        sa.Index("uq_enrolment_course_id_user_id", "course_id", "user_id", unique=True,
                 sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL")),
        sa.Index("ix_enrolment_user_id", "user_id"),
        sa.Index("ix_enrolment_section_id", "section_id"),
        sa.Index("ix_enrolment_import_id", "import_id"),
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

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=user_id)
    section: Mapped[Section | None] = relationship(lazy="raise")

    @property
    def is_staff(self) -> bool:
        """Tell whether the role is not a student's."""
        return self.role in STAFF_ROLES

    @classmethod
    def get_for(cls, session: Session, course_id: int, user_id: int) -> Enrolment | None:
        """Return a user's living enrolment in a course."""
        return session.scalar(sa.select(cls).where(cls.course_id == course_id, cls.user_id == user_id))

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
