"""A Run: the student tries a program in the jail with typed input; it counts for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Run(Base):
    """One try. `state` is queued, running, done or failed; rows older than a day are purged.

    `deliveries` counts how often a worker took it up; `result` is what the page is told.
    """

    __tablename__ = "run"
    retention = Retention(since="asked_at", kept=timedelta(days=1))

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    files: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    stdin: Mapped[str] = mapped_column(deferred=True)
    state: Mapped[str] = mapped_column(default="queued")
    token: Mapped[str] = mapped_column(default="")
    deliveries: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @classmethod
    def get_for_update(cls, session: Session, run_id: int) -> Run | None:
        """Return a run with its program and input, read again and locked for the rest of the transaction."""
        return session.scalar(
            sa.select(cls)
            .options(sa.orm.undefer(cls.files), sa.orm.undefer(cls.stdin))
            .where(cls.id == run_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    @classmethod
    def get_own(cls, session: Session, run_id: int, user_id: int) -> Run | None:
        """Return a run of this person's."""
        return session.scalar(sa.select(cls).where(cls.id == run_id, cls.user_id == user_id))

    @classmethod
    def count_waiting(cls, session: Session, user_id: int, since: datetime) -> int:
        """Return how many runs that a person asked for since a time have not ended."""
        return (
            session.scalar(
                sa.select(sa.func.count())
                .select_from(cls)
                .where(cls.user_id == user_id, cls.asked_at >= since, cls.ended_at.is_(None))
            )
            or 0
        )

    @classmethod
    def count_since(cls, session: Session, user_id: int, since: datetime) -> int:
        """Return how many runs a person asked for since a time."""
        return (
            session.scalar(
                sa.select(sa.func.count()).select_from(cls).where(cls.user_id == user_id, cls.asked_at >= since)
            )
            or 0
        )
