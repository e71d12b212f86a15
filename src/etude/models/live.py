"""What running parts tell one another through the database: events for pages, leases of scheduled jobs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Event(Base):
    """Something a page may want to show at once; its id is the stream's Last-Event-ID."""

    __tablename__ = "event"
    __table_args__ = (sa.Index("ix_event_topic_id", "topic", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def get_after(cls, session: Session, last_id: int, *, most: int = 500) -> Sequence[Event]:
        """Return the events after `last_id`, oldest first, at most `most`."""
        return session.scalars(sa.select(cls).where(cls.id > last_id).order_by(cls.id).limit(most)).all()

    @classmethod
    def get_last_id(cls, session: Session) -> int:
        """Return the id of the newest event, 0 when there is none."""
        return session.scalar(sa.select(sa.func.max(cls.id))) or 0


class JobRun(Base):
    """One scheduled job: its lease, so that two processes never run it together, and how it last ended."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    last_started_at: Mapped[datetime | None] = mapped_column(default=None)
    last_succeeded_at: Mapped[datetime | None] = mapped_column(default=None)
    last_error: Mapped[str] = mapped_column(default="")
