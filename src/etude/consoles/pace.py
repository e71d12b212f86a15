"""How fast something may go on: a bucket that fills while time passes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """A bucket that fills with `rate` tokens a second, up to `most`; times in seconds of any one clock."""

    rate: float
    most: float
    tokens: float = 0.0
    at: float = 0.0

    def take(self, count: int, now: float) -> float:
        """Take tokens that may not be there yet; return how long to wait before the next are taken."""
        self.tokens = min(self.most, self.tokens + (now - self.at) * self.rate) - count
        self.at = now
        return max(0.0, -self.tokens / self.rate)
