"""What an assignment allows one student and when: its own dates with the student's exceptions, and the late rule.

Pure functions on plain values: no session, no clock. Times are inclusive to the second: what arrives at 18:00:00.9 is
in time for 18:00:00. Days of lateness are counted on the wall clock of the course, so that the change to or from
summer time neither gives nor takes an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

CENT = Decimal("0.01")
FULL_PERCENT = 100
MOST_LATE_DAYS = 3650
"""Ten years: a count beyond it says nothing more, and the calendar of Python has an end."""


class Window(StrEnum):
    """What a student may do with an assignment at one time."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"

    @property
    def takes_answers(self) -> bool:
        """Tell whether an answer that arrives now is taken."""
        return self in (Window.OPEN, Window.LATE)


class Dated(Protocol):
    """What an assignment or an override says of dates and attempts; None does not apply or does not replace."""

    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def attempts(self) -> int | None: ...


class Graded(Dated, Protocol):
    """An assignment, as a row or as the plain values of a list."""

    @property
    def late_percent(self) -> int: ...
    @property
    def late_floor_percent(self) -> int: ...


class Exceptional(Dated, Protocol):
    """An override, as a row or as plain values: for one student (`user_id`) or for a section."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def time_factor(self) -> float | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for one student. Null dates do not apply, null attempts are unlimited.

    `late_percent` is taken off per day begun after `due_at`, never below `late_floor_percent` of the points earned.
    """

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    attempts: int | None = None
    time_factor: float = 1.0
    late_percent: int = 0
    late_floor_percent: int = 0

    def state_at(self, at: datetime) -> Window:
        """Return what the student may do at a time; opening, due and closing seconds themselves are included."""
        second = at.replace(microsecond=0)
        if self.opens_at is not None and second < self.opens_at:
            return Window.NOT_OPEN
        if self.closes_at is not None and second > self.closes_at:
            return Window.CLOSED
        if self.due_at is not None and second > self.due_at:
            return Window.LATE
        return Window.OPEN

    def late_days_at(self, at: datetime, zone: str) -> int:
        """Return how many days after `due_at` have begun at a time, 0 in time; a day ends at the due hour in `zone`."""
        second = at.replace(microsecond=0)
        if self.due_at is None or second <= self.due_at:
            return 0
        local_due = self.due_at.astimezone(ZoneInfo(zone))
        days = max(1, (second.astimezone(ZoneInfo(zone)).date() - local_due.date()).days)
        if days >= MOST_LATE_DAYS:
            return MOST_LATE_DAYS
        return days if second <= _same_hour_after(local_due, days) else days + 1

    def penalised(self, raw: Decimal, late_days: int) -> Decimal:
        """Return what is left of points handed in so many days late, half up to 0.01."""
        kept = FULL_PERCENT
        if late_days > 0:
            kept = max(FULL_PERCENT - self.late_percent * late_days, min(self.late_floor_percent, FULL_PERCENT))
        return (raw * kept / FULL_PERCENT).quantize(CENT, rounding=ROUND_HALF_UP)

    def has_attempts_left(self, used: int) -> bool:
        """Tell whether one more answer is taken after so many that counted."""
        return self.attempts is None or used < self.attempts


def _same_hour_after(local: datetime, days: int) -> datetime:
    """Return the same time of day some days later, in UTC; in a spring gap the clock has moved on already."""
    later = (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=local.tzinfo, fold=0)
    return later.astimezone(UTC)


def effective(assignment: Graded, overrides: Sequence[Exceptional] = ()) -> Rules:
    """Return what holds for the student whom these overrides reach; the student's own wins over the section's.

    A due date that an exception moves past the closing moves the closing with it: an extension that could not be used
    would be none.
    """
    opens_at, due_at, closes_at = assignment.opens_at, assignment.due_at, assignment.closes_at
    attempts, time_factor = assignment.attempts, 1.0
    for one in sorted(overrides, key=lambda one: one.user_id is not None):
        opens_at = opens_at if one.opens_at is None else one.opens_at
        due_at = due_at if one.due_at is None else one.due_at
        closes_at = closes_at if one.closes_at is None else one.closes_at
        attempts = attempts if one.attempts is None else one.attempts
        time_factor = time_factor if one.time_factor is None else one.time_factor
    if due_at is not None and closes_at is not None:
        closes_at = max(closes_at, due_at)
    return Rules(
        opens_at=opens_at,
        due_at=due_at,
        closes_at=closes_at,
        attempts=attempts,
        time_factor=time_factor,
        late_percent=assignment.late_percent,
        late_floor_percent=assignment.late_floor_percent,
    )


def scaled(score: Decimal, max_score: Decimal, points: Decimal) -> Decimal:
    """Return a score out of the activity's own maximum as points of an assignment, half up to 0.01."""
    if max_score <= 0:
        return Decimal("0.00")
    return (score * points / max_score).quantize(CENT, rounding=ROUND_HALF_UP)
