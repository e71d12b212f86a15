"""Wrong passwords in a row, and the lock they cause: the same for an account and for a device that it knows."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, mapped_column

from etude.core.db import UtcDateTime

MAX_FAILED_LOGINS = 5
"""Wrong passwords in a row that are free; from then on each locks for a growing time."""

FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=30)


def lock_for(failures: int) -> timedelta:
    """Return for how long so many wrong passwords in a row lock; zero while they are free."""
    beyond = failures - MAX_FAILED_LOGINS
    if beyond < 0:
        return timedelta(0)
    factor: int = 2 ** min(beyond, 10)
    return min(FIRST_LOCK * factor, LONGEST_LOCK)


class LockMixin:
    """A count of wrong passwords, and until when they lock."""

    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime(), default=None)

    def is_locked(self, at: datetime) -> bool:
        """Tell whether sign-in is refused at this time, whatever the password."""
        return self.locked_until is not None and at < self.locked_until

    def note_failed_login(self, at: datetime) -> timedelta:
        """Count a wrong password; return for how long it locks from now on (zero: not)."""
        self.failed_logins += 1
        duration = lock_for(self.failed_logins)
        if duration:
            self.locked_until = at + duration
        return duration

    def unlock(self) -> None:
        """Forget the wrong passwords and the lock."""
        self.failed_logins = 0
        self.locked_until = None
