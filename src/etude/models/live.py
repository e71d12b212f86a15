"""What running parts tell one another through the database: events for pages, leases of scheduled jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from etude.core.signals import after_commit
from etude.models.base import Base
from etude.models.retention import Retention
from etude.queue.doorbell import ring

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session


class Event(Base):
    """Something a page may want to show at once; its id is the stream's Last-Event-ID."""

    __tablename__ = "event"
    retention = Retention(since="created_at", kept=timedelta(days=1))  # pages that reconnect later get everything anew
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
    def get_in_topic_after(cls, session: Session, topic: str, last_id: int, *, most: int = 500) -> Sequence[Event]:
        """Return the events of a topic after `last_id`, oldest first, at most `most`."""
        return session.scalars(
            sa.select(cls).where(cls.topic == topic, cls.id > last_id).order_by(cls.id).limit(most)
        ).all()

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

    @classmethod
    def lock(cls, session: Session, name: str) -> JobRun:
        """Return the row of a job, locked for the rest of the transaction; made at the job's first time.

        Two processes may meet at that first time: the second one's insert fails, and it waits for the first one's row.
        """
        if (found := session.get(cls, name, with_for_update=True)) is not None:
            return found
        try:
            with session.begin_nested():
                made = cls(name=name)
                session.add(made)
        except IntegrityError:
            return session.get_one(cls, name, with_for_update=True)
        return made


@dataclass(slots=True)
class Bell:
    """The doorbell of this machine's web process; None rings nowhere, and the pages' streams poll."""

    path: Path | None = None


bell = Bell()


def publish(session: Session, topic: str, payload: dict[str, Any], at: datetime) -> None:
    """Tell who follows a topic (`submission:12`, `course:3`) that something changed: stored with the change itself,
    and the web process is rung after the commit.
    """
    session.add(Event(topic=topic, payload=payload, created_at=at))
    if (path := bell.path) is not None:
        after_commit(session, lambda: ring(path), key=path)
