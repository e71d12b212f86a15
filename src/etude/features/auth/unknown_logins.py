"""Wrong passwords for user names that nobody has: counted and locked like those of real accounts.

Without this an account that exists would say “locked” after five tries and one that does not never would: the
sentence itself would tell who has an account. Kept in memory, bounded, by digest; a restart forgets it, which gives
an attacker nothing but the sentence “wrong”.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cachetools import LRUCache
from flask import current_app

from etude.models.user import fold_login
from etude.models.user.locking import lock_for
from etude.models.user.session import digest

if TYPE_CHECKING:
    from datetime import datetime

SIZE = 20_000


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    locked_until: datetime | None = None


class UnknownLogins:
    """A bounded, thread-safe count of tries by user name."""

    def __init__(self, size: int = SIZE) -> None:
        self._tries: LRUCache[str, _Tries] = LRUCache(maxsize=size)
        self._lock = threading.Lock()

    def note_try(self, login: str, at: datetime) -> datetime | None:
        """Count a try; return until when the name is locked, None while it is not."""
        key = digest(fold_login(login))
        with self._lock:
            tries = self._tries.setdefault(key, _Tries())
            if tries.locked_until is not None and at < tries.locked_until:
                return tries.locked_until
            tries.failures += 1
            duration = lock_for(tries.failures)
            tries.locked_until = at + duration if duration else None
            return tries.locked_until


def unknown_logins() -> UnknownLogins:
    """Return the count of this application."""
    found: UnknownLogins = current_app.extensions.setdefault("etude_unknown_logins", UnknownLogins())
    return found
