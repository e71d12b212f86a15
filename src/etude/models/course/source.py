"""The Git repository that a course follows: where it is, what was last taken from it, and why something was not."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LEASE = timedelta(minutes=10)


class SourceState(StrEnum):
    """What became of the last look at a repository."""

    NEW = "new"
    CHECKING = "checking"
    TAKEN = "taken"
    REFUSED = "refused"
    DIFFERS = "differs"


class CourseSource(Base):
    """A repository of activity folders, at most one for a course.

    `secret` is sealed; `set_by_id` is whose rights count. `taken` holds the digest of each activity as it was last
    taken, by slug; `chosen` what a person decided where both sides changed: [digest there, "theirs" or "ours"].
    `faults` are plain JSON: path, line, id and values of a sentence. `pending` are documents that are being judged.
    """

    __tablename__ = "course_source"

    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="CASCADE"), primary_key=True)
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), index=True)
    url: Mapped[str]
    branch: Mapped[str]
    folder: Mapped[str] = mapped_column(default="")
    every_minutes: Mapped[int] = mapped_column(default=0)
    user: Mapped[str] = mapped_column(default="")
    secret: Mapped[str] = mapped_column(default="")
    known_hosts: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    tried_at: Mapped[datetime | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default=SourceState.NEW)
    commit: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    taken_commit: Mapped[str] = mapped_column(default="")
    taken_at: Mapped[datetime | None] = mapped_column(default=None)
    faults: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    taken: Mapped[dict[str, Any]] = mapped_column(default=dict)
    chosen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pending: Mapped[list[Any]] = mapped_column(sa.JSON, default=list, deferred=True)

    @classmethod
    def get(cls, session: Session, course_id: int) -> CourseSource | None:
        """Return the repository that a course follows."""
        return session.get(cls, course_id)

    @classmethod
    def get_for_update(cls, session: Session, course_id: int) -> CourseSource | None:
        """Return the repository that a course follows, locked until the transaction ends."""
        return session.scalar(sa.select(cls).where(cls.course_id == course_id).with_for_update())

    @classmethod
    def claim_due(cls, session: Session, at: datetime) -> int | None:
        """Take the course whose repository has been due for longest; nobody else gets it for the time of a lease."""
        due = sa.select(cls).where(cls.due_at <= at).order_by(cls.due_at).limit(1).with_for_update(skip_locked=True)
        row = session.scalar(due)
        if row is None:
            return None
        row.due_at, row.tried_at = at + LEASE, at
        return row.course_id

    def plan_next(self, at: datetime) -> None:
        """Note when it is looked at again: after its time, or never by itself."""
        self.due_at = at + timedelta(minutes=self.every_minutes) if self.every_minutes else None
