"""How far one student is with one assignment."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class ProgressState(StrEnum):
    """The states of progress, in order."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    TO_REVIEW = "to_review"
    COMPLETED = "completed"


class Progress(Base):
    """One student on one assignment: state, best score, attempts, times. No row means not started."""

    __tablename__ = "progress"
    __table_args__ = (
        sa.UniqueConstraint("assignment_id", "user_id"),
        sa.Index("ix_progress_user_id_course_id", "user_id", "course_id"),
        sa.Index("ix_progress_course_id_user_id", "course_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="CASCADE"))
    state: Mapped[ProgressState] = mapped_column(
        sa.Enum(ProgressState, native_enum=False, length=16, values_callable=lambda e: [m.value for m in e]),
        default=ProgressState.NOT_STARTED,
    )
    best_score: Mapped[Decimal | None] = mapped_column(default=None)
    best_submission_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("submission.id", ondelete="SET NULL", use_alter=True), default=None
    )
    attempts_used: Mapped[int] = mapped_column(default=0)
    submission_count: Mapped[int] = mapped_column(default=0)
    hints_opened: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    last_submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    completed_at: Mapped[datetime | None] = mapped_column(default=None)
    completed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), default=None)

    @property
    def is_completed(self) -> bool:
        """Tell whether the work is done: full score, review released, or marked so by a teacher."""
        return self.state is ProgressState.COMPLETED

    @classmethod
    def get_for(cls, session: Session, assignment_id: int, user_id: int) -> Progress | None:
        """Return one student's progress on one assignment."""
        return session.scalar(sa.select(cls).where(cls.assignment_id == assignment_id, cls.user_id == user_id))

    @classmethod
    def get_for_user_in_course(cls, session: Session, user_id: int, course_id: int) -> dict[int, Progress]:
        """Return one student's progress in a course, by assignment."""
        rows = session.scalars(sa.select(cls).where(cls.user_id == user_id, cls.course_id == course_id))
        return {row.assignment_id: row for row in rows}

    @classmethod
    def get_for_course(
        cls, session: Session, course_id: int, user_ids: Sequence[int]
    ) -> dict[tuple[int, int], Progress]:
        """Return the progress of these students in a course, by (user, assignment)."""
        rows = session.scalars(sa.select(cls).where(cls.course_id == course_id, cls.user_id.in_(user_ids)))
        return {(row.user_id, row.assignment_id): row for row in rows}
