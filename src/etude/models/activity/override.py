"""An override: an exception for one student or one section."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.activity.assignment import Assignment
from etude.models.base import Base, keep
from etude.models.course import Enrolment, Section
from etude.models.mixins import TimestampMixin
from etude.models.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Override(TimestampMixin, Base):
    """Dates, attempts or a time factor that replace an assignment's for one student or one section.

    A value that is null does not replace anything. A student's own override wins over the section's.
    """

    __tablename__ = "override"
    __table_args__ = (
        sa.CheckConstraint("(user_id IS NULL) <> (section_id IS NULL)", name="one_target"),
        sa.Index("uq_override_assignment_id_user_id", "assignment_id", "user_id", unique=True,
                 sqlite_where=sa.text("user_id IS NOT NULL"), postgresql_where=sa.text("user_id IS NOT NULL")),
        sa.Index("uq_override_assignment_id_section_id", "assignment_id", "section_id", unique=True,
                 sqlite_where=sa.text("section_id IS NOT NULL"), postgresql_where=sa.text("section_id IS NOT NULL")),
        sa.Index("ix_override_assignment_id", "assignment_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True, default=None)
    section_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("section.id", ondelete="CASCADE"), index=True, default=None
    )
    opens_at: Mapped[datetime | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    closes_at: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int | None] = mapped_column(default=None)
    time_factor: Mapped[float | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")

    user: Mapped[User | None] = relationship(lazy="raise")
    section: Mapped[Section | None] = relationship(lazy="raise")

    @classmethod
    def get_for_student(
        cls, session: Session, assignment_ids: Sequence[int], user_id: int, section_id: int | None
    ) -> dict[int, list[Override]]:
        """Return, by assignment, the overrides that reach a student: the section's first, the student's own last."""
        values = {"assignment_ids": list(assignment_ids), "user_id": user_id, "section_id": section_id}
        rows = session.scalars(_for_student(), values)
        found: dict[int, list[Override]] = {}
        for row in rows:
            found.setdefault(row.assignment_id, []).append(row)
        return found

    @classmethod
    def get_page(cls, session: Session, assignment_id: int, *, offset: int, limit: int) -> Sequence[Override]:
        """Return a page of an assignment's overrides, students and sections loaded; sections' first."""
        return session.scalars(
            sa.select(cls)
            .options(sa.orm.joinedload(cls.user), sa.orm.joinedload(cls.section))
            .where(cls.assignment_id == assignment_id)
            .order_by(cls.user_id.is_not(None), cls.id)
            .offset(offset)
            .limit(limit)
        ).all()

    @classmethod
    def count_by_assignment(cls, session: Session, course_id: int) -> dict[int, int]:
        """Return how many overrides each assignment of a course has; none is left out."""
        rows = session.execute(
            sa.select(cls.assignment_id, sa.func.count(cls.id))
            .join(Assignment, Assignment.id == cls.assignment_id)
            .where(Assignment.course_id == course_id)
            .group_by(cls.assignment_id)
        )
        return dict(rows.all())

    @classmethod
    def get_for_target(
        cls, session: Session, assignment_id: int, *, user_id: int | None, section_id: int | None
    ) -> Override | None:
        """Return the override of one student or one section for an assignment."""
        target = cls.user_id == user_id if user_id is not None else cls.section_id == section_id
        return session.scalar(sa.select(cls).where(cls.assignment_id == assignment_id, target))

    @classmethod
    def get_with_target(cls, session: Session, override_id: int) -> Override | None:
        """Return an override with its student or section loaded."""
        return session.scalar(
            sa.select(cls)
            .options(sa.orm.joinedload(cls.user), sa.orm.joinedload(cls.section))
            .where(cls.id == override_id)
        )

    @classmethod
    def get_of_sections(
        cls, session: Session, assignment_id: int, course_id: int, user_ids: Sequence[int]
    ) -> dict[int, list[Override]]:
        """Return, by student, the override of the student's section for an assignment."""
        rows = session.execute(
            sa.select(Enrolment.user_id, cls)
            .join(Enrolment, Enrolment.section_id == cls.section_id)
            .where(
                cls.assignment_id == assignment_id, Enrolment.course_id == course_id, Enrolment.user_id.in_(user_ids)
            )
        )
        found: dict[int, list[Override]] = {}
        for user_id, override in rows:
            found.setdefault(user_id, []).append(override)
        return found


@cache
def _for_student() -> sa.Select[Override]:
    section = sa.bindparam("section_id", type_=sa.Integer)  # null equals nothing: no section, no override of one
    return keep(
        sa.select(Override)
        .where(
            Override.assignment_id.in_(sa.bindparam("assignment_ids", expanding=True)),
            sa.or_(Override.user_id == sa.bindparam("user_id"), Override.section_id == section),
        )
        .order_by(Override.user_id.is_not(None))
    )
