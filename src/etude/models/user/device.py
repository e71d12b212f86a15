"""A browser that has signed in to an account before."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention
from etude.models.user.locking import LockMixin
from etude.models.user.session import digest
from etude.models.user.user import User


class KnownDevice(LockMixin, Base):
    """A device with wrong passwords of its own: a lock that somebody causes elsewhere does not reach it."""

    __tablename__ = "known_device"
    retention = Retention(since="last_used_at", kept="devices_kept_days")
    __table_args__ = (sa.UniqueConstraint("user_id", "secret_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    secret_hash: Mapped[str]
    first_used_at: Mapped[datetime]
    last_used_at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def get_for(cls, session: Session, user_id: int, secret: str) -> KnownDevice | None:
        """Return the device of this cookie, if it signed in to this account before."""
        return session.scalar(sa.select(cls).where(cls.user_id == user_id, cls.secret_hash == digest(secret)))

    @classmethod
    def get_for_login(cls, session: Session, login: str, secret: str) -> KnownDevice | None:
        """Return the device of this cookie, if it signed in before to the living account of this login."""
        user = User.get_by_login(session, login)
        return cls.get_for(session, user.id, secret) if user is not None else None
