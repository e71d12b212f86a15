"""The time, in UTC, from one place, so that a test can set it instead of waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NOTHING = timedelta(0)


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time
_correction = _NOTHING


def now() -> datetime:
    """Return the current time, aware and in UTC."""
    return _source() + _correction


def own() -> datetime:
    """Return what this machine's own clock says, right or wrong."""
    return _source()


def correct(by: timedelta) -> None:
    """Add this to the machine's own clock from now on: several machines go by the clock of their database."""
    global _correction  # noqa: PLW0603  one clock per process is the point
    _correction = by


def replace(source: Callable[[], datetime] | None) -> None:
    """Read the time from `source` from now on; None goes back to the system's clock. For tests only."""
    global _source, _correction
    _source, _correction = source or _system_time, _NOTHING
