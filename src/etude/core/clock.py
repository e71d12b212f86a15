"""The time, in UTC, from one place, so that a test can set it instead of waiting."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """Return the current time, aware and in UTC."""
    return _source()


def replace(source: Callable[[], datetime] | None) -> None:
    """Read the time from `source` from now on; None goes back to the system's clock. For tests only."""
    global _source  # noqa: PLW0603  one clock per process is the point
    _source = source or _system_time
