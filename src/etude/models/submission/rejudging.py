"""Answers of an assignment that were judged again together: what each had before, and what it got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.base import Base
from etude.models.retention import Retention
from etude.models.submission.submission import Submission
from etude.models.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Rejudgement(Base):
    """Somebody had all answers of an assignment judged again; its answers are RejudgedAnswer rows."""

    __tablename__ = "rejudgement"
    retention = Retention(since="asked_at", kept=timedelta(days=400), batch=5)
    __table_args__ = (sa.Index("ix_rejudgement_assignment_id_asked_at", "assignment_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(index=True)

    asked_by: Mapped[User | None] = relationship(lazy="raise")

    @classmethod
    def get_latest(cls, session: Session, assignment_id: int, *, limit: int = 20) -> Sequence[Rejudgement]:
        """Return the latest of an assignment, the newest first, each with who asked."""
        return session.scalars(
            sa.select(cls)
            .options(sa.orm.joinedload(cls.asked_by))
            .where(cls.assignment_id == assignment_id)
            .order_by(cls.asked_at.desc(), cls.id.desc())
            .limit(limit)
            .execution_options(include_deleted=True)
        ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How far a rejudgement is: answers in all, those that have their new result, those among them that differ."""

    total: int
    done: int
    changed: int


class RejudgedAnswer(Base):
    """One answer of a rejudgement, before and after.

    `score_…` are the points that count, `tests_…` those of the tests alone (before the late rule); they differ where a
    teacher's released points stand, which is what `is_kept` says. `judged_at` and `is_changed` are None until it has
    its new result, which stays here whatever becomes of the answer later.
    """

    __tablename__ = "rejudged_answer"
    __table_args__ = (
        sa.UniqueConstraint("rejudgement_id", "submission_id"),
        sa.Index("ix_rejudged_answer_submission_id_judged_at", "submission_id", "judged_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rejudgement_id: Mapped[int] = mapped_column(sa.ForeignKey("rejudgement.id", ondelete="CASCADE"))
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id", ondelete="CASCADE"))
    status_before: Mapped[str]
    score_before: Mapped[Decimal | None]
    tests_before: Mapped[Decimal | None]
    judged_at: Mapped[datetime | None] = mapped_column(default=None)
    status_after: Mapped[str] = mapped_column(default="")
    score_after: Mapped[Decimal | None] = mapped_column(default=None)
    tests_after: Mapped[Decimal | None] = mapped_column(default=None)
    is_kept: Mapped[bool] = mapped_column(default=False)
    is_changed: Mapped[bool | None] = mapped_column(default=None)

    submission: Mapped[Submission] = relationship(lazy="raise")

    @classmethod
    def count_all(cls, session: Session, rejudgement_id: int) -> Counts:
        """Return how far a rejudgement is; one query."""
        counted = sa.select(
            sa.func.count(), sa.func.count(cls.judged_at), sa.func.count().filter(cls.is_changed.is_(True))
        )
        total, done, changed = session.execute(counted.where(cls.rejudgement_id == rejudgement_id)).one()
        return Counts(total=total, done=done, changed=changed)

    @classmethod
    def get_changed(
        cls, session: Session, rejudgement_id: int, *, offset: int, limit: int
    ) -> Sequence[tuple[RejudgedAnswer, Submission, User]]:
        """Return a page of the answers whose result differs, each with its answer and its author, by family name."""
        rows = session.execute(
            sa.select(cls, Submission, User)
            .join(Submission, Submission.id == cls.submission_id)
            .join(User, User.id == Submission.user_id)
            .where(cls.rejudgement_id == rejudgement_id, cls.is_changed.is_(True))
            .order_by(User.sort_key, User.id, Submission.attempt)
            .offset(offset)
            .limit(limit)
            .execution_options(include_deleted=True)
        )
        return [(answer, submission, author) for answer, submission, author in rows]


def note_before(session: Session, rejudgement: Rejudgement, submission: Submission) -> None:
    """Keep what an answer has, before it is queued to be judged again."""
    row = RejudgedAnswer(
        rejudgement_id=rejudgement.id,
        submission_id=submission.id,
        status_before=submission.status,
        score_before=submission.score,
        tests_before=_points_of_tests(submission),
    )
    session.add(row)


def note_after(session: Session, submission: Submission, at: datetime, *, is_kept: bool) -> None:
    """Keep what an answer got, where it was judged again; `is_kept`: a teacher's released points stand.

    It asks nothing where the answer waited for its first result.
    """
    if submission.queued_at == submission.submitted_at:
        return
    waiting = sa.select(RejudgedAnswer).where(
        RejudgedAnswer.submission_id == submission.id, RejudgedAnswer.judged_at.is_(None)
    )
    for row in session.scalars(waiting):
        row.judged_at, row.is_kept = at, is_kept
        row.status_after, row.score_after = submission.status, submission.score
        row.tests_after = _points_of_tests(submission)
        before = row.status_before, row.score_before, row.tests_before
        row.is_changed = before != (row.status_after, row.score_after, row.tests_after)


def _points_of_tests(submission: Submission) -> Decimal | None:
    """Return what the tests gave, as `judging.set_points` notes it; None for an answer of before it was noted."""
    try:
        return Decimal(str(submission.verdict["automatic"]["points"]))
    except (KeyError, TypeError, InvalidOperation):
        return None
