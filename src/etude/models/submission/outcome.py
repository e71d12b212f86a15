"""How one submission fared on one test."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base, keep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class TestOutcome(Base):
    """The record of one test run. The heads are capped; who sees which is decided by `visibility`.

    `message` is a marked sentence as `id` and `values`; `notes` are codes of `grading.verdict.Note`; `cut` names the
    heads of which there is more. In a function test `expected_head` and `stderr_head` are the test script's.
    `judge_note_head` is what a validator wrote for the teacher.
    """

    __test__ = False  # pytest: this is no test class
    __tablename__ = "test_outcome"
    __table_args__ = (sa.UniqueConstraint("submission_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str]
    test_group: Mapped[str]
    visibility: Mapped[str]
    status: Mapped[str]
    points: Mapped[Decimal | None] = mapped_column(default=None)
    cpu_us: Mapped[int] = mapped_column(default=0)
    wall_us: Mapped[int] = mapped_column(default=0)
    memory_kb: Mapped[int] = mapped_column(default=0)
    exit_code: Mapped[int | None] = mapped_column(default=None)
    signal: Mapped[int | None] = mapped_column(default=None)
    is_function_test: Mapped[bool] = mapped_column(default=False)
    message: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[list[Any]] = mapped_column(default=list)
    cut: Mapped[list[Any]] = mapped_column(default=list)
    stdin_head: Mapped[str] = mapped_column(default="")
    expected_head: Mapped[str] = mapped_column(default="")
    obtained_head: Mapped[str] = mapped_column(default="")
    stderr_head: Mapped[str] = mapped_column(default="")
    printed_head: Mapped[str] = mapped_column(default="")
    judge_note_head: Mapped[str] = mapped_column(default="")

    @classmethod
    def get_at(cls, session: Session, submission_id: int, position: int) -> TestOutcome | None:
        """Return the outcome of the test at a place."""
        return session.scalar(sa.select(cls).where(cls.submission_id == submission_id, cls.position == position))

    @classmethod
    def get_for_submission(cls, session: Session, submission_id: int) -> Sequence[TestOutcome]:
        """Return the outcomes of a submission's tests, in order."""
        return session.scalars(_of_submission(), {"submission_id": submission_id}).all()


@cache
def _of_submission() -> sa.Select[TestOutcome]:
    query = sa.select(TestOutcome).where(TestOutcome.submission_id == sa.bindparam("submission_id"))
    return keep(query.order_by(TestOutcome.position))
