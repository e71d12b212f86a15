"""A browser that has signed in to an account before."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from etude.models.base import Base
from etude.models.user.session import digest
from etude.models.user.user import lock_for


class KnownDevice(Base):
    """A device with wrong passwords of its own: a lock that somebody causes elsewhere does not reach it."""

    __tablename__ = "known_device"
    __table_args__ = (sa.UniqueConstraint("user_id", "secret_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    secret_hash: Mapped[str]
    first_used_at: Mapped[datetime]
    last_used_at: Mapped[datetime] = mapped_column(index=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(default=None)

    def is_locked(self, at: datetime) -> bool:
        """Tell whether sign-in from this device is refused at this time."""
        return self.locked_until is not None and at < self.locked_until

    def note_failed_login(self, at: datetime) -> None:
        """Count a wrong password from this device."""
        self.failed_logins += 1
        duration = lock_for(self.failed_logins)
        if duration:
            self.locked_until = at + duration

    @classmethod
    def get_for(cls, session: Session, user_id: int, secret: str) -> KnownDevice | None:
        """Return the device of this cookie, if it signed in to this account before."""
        return session.scalar(sa.select(cls).where(cls.user_id == user_id, cls.secret_hash == digest(secret)))
