"""A submission: an answer handed in for judgement. What was handed in never changes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.activity import Assignment
from etude.models.base import Base, keep
from etude.models.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class SubmissionState(StrEnum):
    """Where a submission is on its way to a result."""

    QUEUED = "queued"
    JUDGING = "judging"
    JUDGED = "judged"
    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"


UNJUDGED = (SubmissionState.QUEUED, SubmissionState.JUDGING)


class Submission(Base):
    """One answer to one assignment.

    `attempt` counts 1, 2, 3… per student and assignment, unique, which settles two tabs; `once` is the form's one-use
    token, which settles a double click; `token` names the judgement in progress, so that a late worker's result is
    dropped; `deliveries` counts how often a worker took it up, so that a job that kills workers ends. `is_trial` rows
    are a teacher's tries: they never count. `raw_score` is before the late rule. `revision` grows with every change
    that a page shows. While it is judged, `verdict` holds how many tests are `done` of how many (`of`),
    and the `first` that failed.
    """

    __tablename__ = "submission"
    __table_args__ = (
        sa.UniqueConstraint("assignment_id", "user_id", "attempt"),
        sa.Index("ix_submission_user_id_submitted_at", "user_id", "submitted_at"),
        sa.Index("ix_submission_state_submitted_at", "state", "submitted_at"),
        sa.Index("ix_submission_assignment_id_submitted_at", "assignment_id", "submitted_at"),
        # Of all that was ever handed in, what waits for a teacher is little.
        sa.Index("ix_submission_to_review", "assignment_id", "submitted_at", "id",
                 sqlite_where=sa.text("state = 'to_review'"), postgresql_where=sa.text("state = 'to_review'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    activity_version_id: Mapped[int] = mapped_column(sa.ForeignKey("activity_version.id"), index=True)
    attempt: Mapped[int]
    once: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    is_trial: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[bool] = mapped_column(default=True)
    answer: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    state: Mapped[SubmissionState] = mapped_column(
        sa.Enum(SubmissionState, native_enum=False, length=16, values_callable=lambda e: [m.value for m in e])
    )
    token: Mapped[str] = mapped_column(default="")
    deliveries: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime]
    queued_at: Mapped[datetime | None] = mapped_column(default=None)
    judged_at: Mapped[datetime | None] = mapped_column(default=None)
    late_days: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="")
    raw_score: Mapped[Decimal | None] = mapped_column(default=None)
    score: Mapped[Decimal | None] = mapped_column(default=None)
    max_score: Mapped[Decimal | None] = mapped_column(default=None)
    verdict: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=0)

    user: Mapped[User] = relationship(lazy="raise")
    assignment: Mapped[Assignment] = relationship(lazy="raise")

    @property
    def is_judged(self) -> bool:
        """Tell whether there is nothing more to wait for from the machine."""
        return self.state not in UNJUDGED

    @classmethod
    def get_with_context(cls, session: Session, submission_id: int) -> Submission | None:
        """Return a submission with its author, assignment, activity and course loaded, in one query."""
        return session.scalar(_with_context(), {"submission_id": submission_id})

    @classmethod
    def get_for_update(cls, session: Session, submission_id: int) -> Submission | None:
        """Return a submission, read again and locked for the rest of the transaction."""
        return session.scalar(_for_update(), {"submission_id": submission_id})

    @classmethod
    def get_with_answer(cls, session: Session, submission_id: int) -> Submission | None:
        """Return a submission with what was handed in, and all that `get_with_context` loads."""
        return session.scalar(_with_answer(), {"submission_id": submission_id})

    @classmethod
    def get_latest_for_student(
        cls, session: Session, assignment_id: int, user_id: int, *, language: str = ""
    ) -> Submission | None:
        """Return a student's newest submission, in a programming language if one is named, with what was handed in."""
        query = (
            sa.select(cls)
            .options(sa.orm.undefer(cls.answer))
            .where(cls.assignment_id == assignment_id, cls.user_id == user_id)
            .order_by(cls.attempt.desc())
            .limit(1)
        )
        return session.scalar(query.where(cls.language == language) if language else query)

    @classmethod
    def count_to_rejudge(cls, session: Session, assignment_id: int) -> tuple[int, int]:
        """Return how many answers of students the machine has judged, and how many wait for it; one query."""
        waits = cls.state.in_(UNJUDGED)
        counted = sa.select(sa.func.count().filter(~waits), sa.func.count().filter(waits))
        row = session.execute(counted.where(*_judged_by_machine(assignment_id))).one()
        return row[0], row[1]

    @classmethod
    def get_to_rejudge(
        cls, session: Session, assignment_id: int, before: datetime, *, limit: int
    ) -> Sequence[Submission]:
        """Return answers of students that the machine judged and that were last queued before a time; oldest first.

        They are locked for the rest of the transaction.
        """
        query = (
            sa.select(cls)
            .where(*_judged_by_machine(assignment_id), cls.state.not_in(UNJUDGED), cls.queued_at < before)
            .order_by(cls.id)
            .limit(limit)
            .with_for_update()
        )
        return session.scalars(query).all()

    @classmethod
    def get_by_once(cls, session: Session, once: str) -> Submission | None:
        """Return the submission that a form's one-use token already made."""
        return session.scalar(sa.select(cls).where(cls.once == once))

    @classmethod
    def get_for_student(
        cls, session: Session, assignment_id: int, user_id: int, *, limit: int = 50
    ) -> Sequence[Submission]:
        """Return a student's submissions to an assignment, newest first, without the answers."""
        return session.scalars(
            sa.select(cls)
            .where(cls.assignment_id == assignment_id, cls.user_id == user_id)
            .order_by(cls.attempt.desc())
            .limit(limit)
        ).all()

    @classmethod
    def get_newest_with_answers(
        cls, session: Session, assignment_id: int, user_id: int, *, limit: int
    ) -> Sequence[Submission]:
        """Return a student's newest submissions to an assignment, newest first, with what was handed in."""
        return session.scalars(
            sa.select(cls)
            .options(sa.orm.undefer(cls.answer))
            .where(cls.assignment_id == assignment_id, cls.user_id == user_id)
            .order_by(cls.attempt.desc())
            .limit(limit)
        ).all()

    @classmethod
    def get_newest_of_each(
        cls, session: Session, assignment_ids: Sequence[int], user_ids: Sequence[int]
    ) -> Sequence[Submission]:
        """Return these students' newest submission to each of these assignments, with what was handed in."""
        newest = (
            sa.select(cls.assignment_id, cls.user_id, sa.func.max(cls.attempt).label("attempt"))
            .where(cls.assignment_id.in_(assignment_ids), cls.user_id.in_(user_ids), cls.is_trial.is_(False))
            .group_by(cls.assignment_id, cls.user_id)
            .subquery()
        )
        is_it = sa.and_(
            cls.assignment_id == newest.c.assignment_id,
            cls.user_id == newest.c.user_id,
            cls.attempt == newest.c.attempt,
        )
        return session.scalars(sa.select(cls).options(sa.orm.undefer(cls.answer)).join(newest, is_it)).all()

    @classmethod
    def get_page_for_student(
        cls, session: Session, assignment_id: int, user_id: int, *, offset: int, limit: int
    ) -> Sequence[Submission]:
        """Return a page of a student's submissions to an assignment, newest first, without the answers."""
        return session.scalars(
            sa.select(cls)
            .where(cls.assignment_id == assignment_id, cls.user_id == user_id)
            .order_by(cls.attempt.desc())
            .offset(offset)
            .limit(limit)
        ).all()

    @classmethod
    def has_answered(cls, session: Session, assignment_id: int, user_id: int, version_id: int) -> bool:
        """Tell whether a student handed in for this version of the activity."""
        found = sa.select(cls.id).where(
            cls.assignment_id == assignment_id, cls.user_id == user_id, cls.activity_version_id == version_id
        )
        return session.scalar(found.limit(1)) is not None

    @classmethod
    def get_last_attempt(cls, session: Session, assignment_id: int, user_id: int) -> int:
        """Return the number of a student's last attempt, 0 when there is none."""
        return (
            session.scalar(
                sa.select(sa.func.max(cls.attempt)).where(cls.assignment_id == assignment_id, cls.user_id == user_id)
            )
            or 0
        )

    @classmethod
    def get_stuck(cls, session: Session, before: datetime, *, limit: int = 100) -> Sequence[Submission]:
        """Return submissions that were queued before a time and have no result: the sweep's prey."""
        return session.scalars(
            sa.select(cls)
            .where(cls.state.in_(UNJUDGED), cls.submitted_at < before, cls.queued_at < before)
            .order_by(cls.submitted_at)
            .limit(limit)
        ).all()


def _judged_by_machine(assignment_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what holds for a student's answer that a worker judges: only those were ever queued."""
    return (
        Submission.assignment_id == assignment_id,
        Submission.queued_at.is_not(None),
        Submission.is_trial.is_(False),
    )


@cache
def _for_update() -> sa.Select[Submission]:
    by_id = sa.select(Submission).where(Submission.id == sa.bindparam("submission_id"))
    return keep(by_id.with_for_update().execution_options(populate_existing=True))


@cache
def _with_context() -> sa.Select[Submission]:
    return keep(
        sa.select(Submission)
        .join(Submission.user)
        .join(Submission.assignment)
        .options(
            sa.orm.contains_eager(Submission.user),
            sa.orm.contains_eager(Submission.assignment).joinedload(Assignment.activity),
            sa.orm.contains_eager(Submission.assignment).joinedload(Assignment.course),
        )
        .where(Submission.id == sa.bindparam("submission_id"))
        .execution_options(include_deleted=True)
    )


@cache
def _with_answer() -> sa.Select[Submission]:
    return _with_context().options(sa.orm.undefer(Submission.answer))
