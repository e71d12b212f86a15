"""How far one student is with one assignment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.core.db import Points
from etude.models.base import Base, keep
from etude.models.course import CourseRole, Enrolment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class ProgressState(StrEnum):
    """The states of progress, in order."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    TO_REVIEW = "to_review"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class CellValues:
    """What a table shows of one student's progress on one assignment; `best_late_days` is 0 for work in time.

    `has_fault`: the newest answer could not be judged, which is never the student's fault.
    """

    state: ProgressState
    best_score: Decimal | None
    attempts_used: int
    best_late_days: int
    has_fault: bool = False


class Progress(Base):
    """One student on one assignment: state, best score, attempts, times. No row means not started."""

    __tablename__ = "progress"
    __table_args__ = (
        sa.UniqueConstraint("assignment_id", "user_id"),
        sa.Index("ix_progress_user_id_course_id", "user_id", "course_id"),
        # All that is counted for the heads of a class table is in it: the rows themselves are not read.
        sa.Index("ix_progress_course_id_user_id_state", "course_id", "user_id", "assignment_id", "state"),
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
        sa.ForeignKey("submission.id", ondelete="SET NULL"), default=None
    )
    attempts_used: Mapped[int] = mapped_column(default=0)
    submission_count: Mapped[int] = mapped_column(default=0)
    hints_opened: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    last_submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    completed_at: Mapped[datetime | None] = mapped_column(default=None)
    completed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), default=None)
    is_marked_by_hand: Mapped[bool] = mapped_column(default=False)
    has_fault: Mapped[bool] = mapped_column(default=False)

    @property
    def is_completed(self) -> bool:
        """Tell whether the work is done: full score, review released, or marked so by a teacher."""
        return self.state is ProgressState.COMPLETED

    @classmethod
    def get_for(cls, session: Session, assignment_id: int, user_id: int) -> Progress | None:
        """Return one student's progress on one assignment."""
        return session.scalar(_one_query(), {"assignment_id": assignment_id, "user_id": user_id})

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

    @classmethod
    def get_states(
        cls, session: Session, user_id: int, course_ids: Sequence[int]
    ) -> dict[int, dict[int, ProgressState]]:
        """Return a student's states in several courses, by course and assignment; without rows: the list of courses."""
        rows = session.execute(
            sa.select(cls.course_id, cls.assignment_id, cls.state).where(
                cls.user_id == user_id, cls.course_id.in_(course_ids)
            )
        )
        found: dict[int, dict[int, ProgressState]] = {}
        for course_id, assignment_id, state in rows:
            found.setdefault(course_id, {})[assignment_id] = state
        return found

    @classmethod
    def get_summaries(
        cls, session: Session, user_id: int, course_id: int
    ) -> dict[int, tuple[ProgressState, Decimal | None, int]]:
        """Return state, best score and attempts of one student in a course, by assignment; plain values, no rows."""
        connection = session.connection()  # not the ORM: the course page asks this on every view
        rows = connection.execute(_summaries_query(), {"user_id": user_id, "course_id": course_id})
        return {assignment_id: (state, best, attempts) for assignment_id, state, best, attempts in rows}

    @classmethod
    def count_states(
        cls, session: Session, course_id: int, *, section_id: int | None = None
    ) -> dict[tuple[int, ProgressState], int]:
        """Return how many living students of a course, or of one section, are in each state, by (assignment, state)."""
        students = sa.select(Enrolment.user_id).where(
            Enrolment.course_id == course_id, Enrolment.role == CourseRole.STUDENT, Enrolment.deleted_at.is_(None)
        )
        if section_id is not None:
            students = students.where(Enrolment.section_id == section_id)
        query = (
            sa.select(cls.assignment_id, cls.state, sa.func.count())
            .where(cls.course_id == course_id, cls.user_id.in_(students))
            .group_by(cls.assignment_id, cls.state)
        )
        return {(assignment_id, state): count for assignment_id, state, count in session.execute(query)}

    @classmethod
    def get_cells(cls, session: Session, course_id: int, user_ids: Sequence[int]) -> dict[tuple[int, int], CellValues]:
        """Return what a table shows of these students in a course, by (user, assignment); plain values, no rows."""
        submission = sa.table("submission", sa.column("id", sa.Integer), sa.column("late_days", sa.Integer))
        rows = session.execute(
            sa.select(
                cls.user_id,
                cls.assignment_id,
                cls.state,
                cls.best_score,
                cls.attempts_used,
                sa.func.coalesce(submission.c.late_days, 0),
                cls.has_fault,
            )
            .outerjoin(submission, submission.c.id == cls.best_submission_id)
            .where(cls.course_id == course_id, cls.user_id.in_(user_ids))
        )
        return {(user_id, assignment_id): CellValues(*values) for user_id, assignment_id, *values in rows}

    @classmethod
    def get_totals(
        cls, session: Session, course_id: int, assignment_ids: Sequence[int], *, section_id: int | None = None
    ) -> dict[int, Decimal]:
        """Return the sum of best scores of each student, of one section or all; students without any are left out."""
        query = (
            sa.select(cls.user_id, sa.type_coerce(sa.func.sum(cls.best_score), Points()))
            .join(Enrolment, sa.and_(Enrolment.course_id == cls.course_id, Enrolment.user_id == cls.user_id))
            .where(
                cls.course_id == course_id,
                cls.assignment_id.in_(assignment_ids),
                cls.best_score.is_not(None),
                Enrolment.role == CourseRole.STUDENT,
            )
            .group_by(cls.user_id)
        )
        if section_id is not None:
            query = query.where(Enrolment.section_id == section_id)
        return dict(session.execute(query).all())


@cache
def _summaries_query() -> sa.Select[int, ProgressState, Decimal | None, int]:
    table = Progress.__table__.c
    return sa.select(table.assignment_id, table.state, table.best_score, table.attempts_used).where(
        table.user_id == sa.bindparam("user_id"), table.course_id == sa.bindparam("course_id")
    )


@cache
def _one_query() -> sa.Select[Progress]:
    place = (Progress.assignment_id == sa.bindparam("assignment_id"), Progress.user_id == sa.bindparam("user_id"))
    return keep(sa.select(Progress).where(*place))
