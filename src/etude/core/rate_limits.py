"""The counters of rate limits in memory, without a thread for each request."""

from __future__ import annotations

import time
from typing import Any

from limits.storage import MemoryStorage

EXPIRE_EVERY_S = 30.0


class CountersInMemory(MemoryStorage):
    """The memory storage of `limits`, which drops old counters as part of a hit, at most every half minute.

    The library starts a timer thread for nearly every hit, which cost more than the whole page it was protecting
    (benchmarks/course_page.py), and one at import, before the server forks.
    """

    STORAGE_SCHEME = ["counters"]  # noqa: RUF012  the library's own name and type

    @classmethod
    def uri(cls) -> str:
        """Return the address by which the limiter finds this storage."""
        return f"{cls.STORAGE_SCHEME[0]}://"

    def __init__(self, uri: str | None = None, *, wrap_exceptions: bool = False, **options: Any) -> None:  # noqa: ANN401
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self.timer.cancel()
        self._expired_at = time.monotonic()

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802  overrides a private name of the library
        if time.monotonic() - self._expired_at >= EXPIRE_EVERY_S:
            self._expired_at = time.monotonic()
            self._MemoryStorage__expire_events()  # type: ignore[attr-defined]  # a private name of the library
