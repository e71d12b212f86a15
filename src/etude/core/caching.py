"""The memory cache for frequent queries: values, never rows, dropped after the commit that changed them.

One process serves the embedded default, so a cache in memory is simply right; entries also end by themselves after
`ttl_s`, which bounds how long a second process may be behind.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar, cast

from cachetools import TTLCache

from etude.core.metrics import metrics
from etude.core.signals import after_commit

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sqlalchemy.orm import Session

Value = TypeVar("Value")
DEFAULT_TTL_S = 30.0
MISSING = object()
DEFAULT_SIZE = 2048

IMMUTABLE = "public, max-age=31536000, immutable"
"""Cache-Control of files whose name holds their hash."""

PRIVATE = "private, no-store"
"""Cache-Control of pages with anybody's data: nothing is left on a shared computer after sign-out."""


class MemoryCache:
    """A bounded, thread-safe cache of plain values."""

    def __init__(self, *, size: int = DEFAULT_SIZE, ttl_s: float = DEFAULT_TTL_S) -> None:
        self._entries: TTLCache[Hashable, object] = TTLCache(maxsize=size, ttl=ttl_s)
        self._lock = threading.Lock()
        self._generation = 0

    def get_or_make(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the cached value of `key`, or what `make()` returns, cached from now on.

        A value made while something was dropped is returned but not kept: it may be older than the drop.
        """
        with self._lock:
            # One look, not two: an entry may end between them.
            known = self._entries.get(key, MISSING)
            generation = self._generation
        metrics.count("etude_cache_total", cache="memory", found="no" if known is MISSING else "yes")
        if known is not MISSING:
            return cast("Value", known)
        value = make()
        with self._lock:
            if generation == self._generation:
                self._entries[key] = value
        return value

    def drop(self, key: Hashable) -> None:
        """Forget one value."""
        with self._lock:
            self._generation += 1
            self._entries.pop(key, None)

    def drop_after_commit(self, session: Session, key: Hashable) -> None:
        """Forget one value when, and only when, the transaction in progress is committed."""
        after_commit(session, lambda: self.drop(key))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._generation += 1
            self._entries.clear()


memory = MemoryCache()
"""The process's cache for frequent queries."""
