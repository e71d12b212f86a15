"""One sign-in on one browser."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.base import Base, keep
from etude.models.retention import Retention
from etude.models.user.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

SEEN_EVERY = timedelta(minutes=5)
"""How often `last_seen_at` is written at most: a page view is not a write. An idle sign-in may end this much early,
never late: the computer may be a shared one.
"""

LONGEST = timedelta(hours=12)
"""After this time a sign-in ends whatever is done with it: the browser of a shared computer is never closed by some."""


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal: what is stored instead of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class UserSession(Base):
    """A sign-in: known by the hash of an identifier that only the browser's cookie holds."""

    __tablename__ = "user_session"
    # Counted from its beginning, which has an index: it lasts twelve hours at most, and days are more.
    retention = Retention(since="started_at", kept="sign_ins_kept_days")
    __table_args__ = (sa.Index("ix_user_session_user_id_ended_at", "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    secret_hash: Mapped[str] = mapped_column(unique=True)
    epoch: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(index=True)
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    second_factor_at: Mapped[datetime | None] = mapped_column(default=None)
    address: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(lazy="raise")

    def is_open(self, at: datetime, idle: timedelta) -> bool:
        """Tell whether the session still counts: not ended, not idle nor open for too long, same epoch as the account.

        The account must be loaded.
        """
        return (
            self.ended_at is None
            and at - self.started_at <= LONGEST
            and at - self.last_seen_at <= idle
            and self.epoch == self.user.session_epoch
        )

    @classmethod
    def get_by_secret(cls, session: Session, secret: str) -> UserSession | None:
        """Return the sign-in of this cookie with its living account, in one query."""
        return session.scalar(_by_secret(), {"secret_hash": digest(secret)})

    @classmethod
    def get_open_for(cls, session: Session, user_id: int, *, seen_since: datetime) -> Sequence[UserSession]:
        """Return the sign-ins of an account that were not ended and were seen since then, newest first; at most 100."""
        return session.scalars(
            sa.select(cls)
            .where(cls.user_id == user_id, cls.ended_at.is_(None), cls.last_seen_at >= seen_since)
            .order_by(cls.last_seen_at.desc())
            .limit(100)
        ).all()

    @classmethod
    def count_open(cls, session: Session, user_id: int) -> int:
        """Return how many sign-ins of an account were not ended."""
        query = sa.select(sa.func.count()).select_from(cls).where(cls.user_id == user_id, cls.ended_at.is_(None))
        return session.scalar(query) or 0


@cache
def _by_secret() -> sa.Select[UserSession]:
    """Every request of a signed-in person asks this."""
    return keep(
        sa.select(UserSession)
        .join(UserSession.user)
        .options(sa.orm.contains_eager(UserSession.user))
        .where(UserSession.secret_hash == sa.bindparam("secret_hash"))
    )
