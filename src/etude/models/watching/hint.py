"""A hint that the staff sent into a student's page: a short text that stays until the student puts it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention
from etude.models.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

MAX_CHARS = 500
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class SentHint:
    """A hint as the page shows it."""

    id: int
    sender: str
    text: str


class ConsoleHint(Base):
    """One hint. `text` is plain and shown escaped; purged 90 days after it was sent."""

    __tablename__ = "console_hint"
    retention = Retention(since="sent_at", kept=timedelta(days=90))
    __table_args__ = (sa.Index("ix_console_hint_user_id_assignment_id", "user_id", "assignment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(index=True)
    dismissed_at: Mapped[datetime | None] = mapped_column(default=None)

    @classmethod
    def get_open(cls, session: Session, assignment_id: int, user_id: int) -> Sequence[SentHint]:
        """Return the newest hints of a student for an assignment that were not put away, oldest first."""
        rows = session.execute(
            sa.select(cls.id, User.given_name, User.family_name, cls.text)
            .join(User, User.id == cls.by_id)
            .where(cls.user_id == user_id, cls.assignment_id == assignment_id, cls.dismissed_at.is_(None))
            .order_by(cls.id.desc())
            .limit(MOST_SHOWN)
        ).all()
        return [SentHint(id, f"{given} {family}".strip(), text) for id, given, family, text in reversed(rows)]  # noqa: A001

    @classmethod
    def get_own(cls, session: Session, hint_id: int, user_id: int) -> ConsoleHint | None:
        """Return a hint that was sent to this person."""
        return session.scalar(sa.select(cls).where(cls.id == hint_id, cls.user_id == user_id))
