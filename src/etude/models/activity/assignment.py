"""An assignment: an activity placed in a course."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.activity.activity import Activity
from etude.models.activity.version import ActivityVersion
from etude.models.base import Base, keep
from etude.models.course import Course
from etude.models.mixins import SoftDeleteMixin, TimestampMixin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Assignment(SoftDeleteMixin, TimestampMixin, Base):
    """An activity in a course: order, dates, points, attempts, late rule. It follows the activity's latest version.

    `late_percent` is taken off per day begun after `due_at`, never below `late_floor_percent` of the points earned;
    null `attempts` is unlimited; null dates do not apply.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        sa.Index("uq_assignment_course_id_activity_id", "course_id", "activity_id", unique=True,
                 sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL")),
        sa.Index("ix_assignment_course_id_position", "course_id", "position"),
        sa.Index("ix_assignment_activity_id", "activity_id"),
        sa.Index("ix_assignment_deleted_at", "deleted_at", sqlite_where=sa.text("deleted_at IS NOT NULL"),
                 postgresql_where=sa.text("deleted_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="CASCADE"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="CASCADE"))
    position: Mapped[int]
    points: Mapped[Decimal]
    opens_at: Mapped[datetime | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    closes_at: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int | None] = mapped_column(default=None)
    late_percent: Mapped[int] = mapped_column(default=0)
    late_floor_percent: Mapped[int] = mapped_column(default=0)
    is_visible: Mapped[bool] = mapped_column(default=True)

    activity: Mapped[Activity] = relationship(lazy="raise")
    course: Mapped[Course] = relationship(lazy="raise")

    @classmethod
    def get_with_content(cls, session: Session, assignment_id: int) -> Assignment | None:
        """Return an assignment with course, activity and the latest version's document loaded."""
        return session.scalar(
            sa.select(cls)
            .join(cls.activity)
            .join(cls.course)
            .options(
                sa.orm.contains_eager(cls.course),
                sa.orm.contains_eager(cls.activity).joinedload(Activity.latest).undefer(ActivityVersion.document),
            )
            .where(cls.id == assignment_id)
        )

    @classmethod
    def get_with_context(cls, session: Session, assignment_id: int) -> Assignment | None:
        """Return a living assignment of a living activity with course and activity loaded, without its content."""
        return session.scalar(_with_context(), {"assignment_id": assignment_id})

    @classmethod
    def get_for_course(cls, session: Session, course_id: int, *, visible_only: bool = False) -> Sequence[Assignment]:
        """Return a course's living assignments with their activities, in order; at most 500."""
        query = (
            sa.select(cls)
            .join(cls.activity)
            .options(sa.orm.contains_eager(cls.activity))
            .where(cls.course_id == course_id)
            .order_by(cls.position, cls.id)
            .limit(500)
        )
        return session.scalars(query.where(cls.is_visible.is_(True)) if visible_only else query).all()

    @classmethod
    def get_visible_ids(cls, session: Session, course_ids: Sequence[int]) -> dict[int, list[int]]:
        """Return, by course, the ids of the assignments that students see, in order: for the list of courses."""
        rows = session.execute(
            sa.select(cls.course_id, cls.id)
            .join(cls.activity)
            .where(cls.course_id.in_(course_ids), cls.is_visible.is_(True))
            .order_by(cls.course_id, cls.position, cls.id)
        )
        found: dict[int, list[int]] = {}
        for course_id, assignment_id in rows:
            found.setdefault(course_id, []).append(assignment_id)
        return found

    @classmethod
    def get_next_position(cls, session: Session, course_id: int) -> int:
        """Return the position after a course's last assignment."""
        return (session.scalar(sa.select(sa.func.max(cls.position)).where(cls.course_id == course_id)) or 0) + 1

    @classmethod
    def get_deleted_page(cls, session: Session, course_id: int, *, offset: int, limit: int) -> Sequence[Assignment]:
        """Return a page of a course's assignments in the bin, activities loaded, the last deleted first."""
        return session.scalars(
            sa.select(cls)
            .join(cls.activity)
            .options(sa.orm.contains_eager(cls.activity))
            .where(cls.course_id == course_id, cls.deleted_at.is_not(None))
            .order_by(cls.deleted_at.desc(), cls.id)
            .offset(offset)
            .limit(limit)
            .execution_options(include_deleted=True)
        ).all()


@cache
def _with_context() -> sa.Select[Assignment]:
    return keep(
        sa.select(Assignment)
        .join(Assignment.activity)
        .join(Assignment.course)
        .options(sa.orm.contains_eager(Assignment.course), sa.orm.contains_eager(Assignment.activity))
        .where(Assignment.id == sa.bindparam("assignment_id"))
    )
