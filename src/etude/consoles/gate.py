"""What a program prints, shown line by line where a class is to follow it: the pace of a demonstration."""

from __future__ import annotations

import math

PACES = {"live": 0.0, "slow": 0.5, "slower": 2.0, "step": math.inf}
"""Seconds from one line to the next; in steps, a line comes when it is called for."""
FULL_BYTES = 64 << 10
"""So much is held back at most: then the program waits before it prints more, and nothing is lost."""


class Gate:
    """Lets lines through at a pace. Times in seconds of any one clock.

    A line that has begun flows on up to its end, so that a question without a newline is seen at once, and what is
    typed behind it too.
    """

    def __init__(self, name: str = "live", *, is_paused: bool = False) -> None:
        self._held = bytearray()
        self._has_begun = False
        self._is_called = False
        self._next_at = 0.0
        self._line_s, self._is_paused = PACES[name], is_paused

    @property
    def held(self) -> bytes:
        """What was printed and is not shown yet."""
        return bytes(self._held)

    @property
    def is_full(self) -> bool:
        """Whether the program has to wait."""
        return len(self._held) >= FULL_BYTES

    def set(self, name: str, *, is_paused: bool) -> None:
        """Change the pace to one of `PACES`; a pause holds everything back."""
        self._line_s, self._is_paused = PACES[name], is_paused
        self._is_called = False

    def call(self) -> None:
        """Let the next line through, now or as soon as it is printed; twice is once."""
        self._is_called = True

    def add(self, data: bytes) -> None:
        """Take what was printed."""
        self._held += data

    def take(self, now: float) -> tuple[bytes, float | None]:
        """Return what may be shown now, and in how many seconds more may be; None when only an act will."""
        if self._is_paused:
            return b"", None
        if not self._line_s:
            self._has_begun = not self._held.endswith(b"\n") and (self._has_begun or bool(self._held))
            return self.drain(), None
        shown = bytearray()
        while self._held and (self._has_begun or self._may_begin(now)):
            end = self._held.find(b"\n") + 1
            self._has_begun = not end
            shown += self._held[: end or None]
            del self._held[: end or len(self._held)]
        waits = bool(self._held) and self._line_s != math.inf
        return bytes(shown), max(0.0, self._next_at - now) if waits else None

    def drain(self) -> bytes:
        """Return all that was held back."""
        rest = self.held
        self._held.clear()
        return rest

    def _may_begin(self, now: float) -> bool:
        if self._is_called:
            self._is_called = False
        elif now < self._next_at or self._line_s == math.inf:
            return False
        self._next_at = now + self._line_s if self._line_s != math.inf else now
        return True
