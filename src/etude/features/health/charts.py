"""The last day in charts: what the school's processes stored, summed over them, in steps of a quarter of an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from etude.extensions import db
from etude.models.monitoring import SLOT, Measurement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from flask_babel import LazyString

DAY = timedelta(days=1)
STEP = timedelta(minutes=15)
STEPS = DAY // STEP
STEPS_AN_HOUR = timedelta(hours=1) // STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One step of a chart: when it began, its value, and its height from 0 to 1."""

    at: datetime
    value: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart: `bars` from a day ago until now, `hours` the same by the hour, in figures."""

    title: LazyString
    bars: Sequence[Bar]
    hours: Sequence[tuple[datetime, float]]

    @property
    def highest(self) -> Bar:
        """The highest bar, the latest of several."""
        return max(reversed(self.bars), key=lambda bar: bar.value)


def _sum_of(*names: str) -> Callable[[Mapping[str, float]], float]:
    return lambda changes: sum(value for name, value in changes.items() if name.startswith(names))


def _mean_ms(changes: Mapping[str, float]) -> float:
    count = changes.get("etude_request_seconds_count", 0.0)
    return round(1000 * changes.get("etude_request_seconds_sum", 0.0) / count, 1) if count else 0.0


COUNTED: tuple[tuple[LazyString, Callable[[Mapping[str, float]], float], Callable[[Sequence[float]], float]], ...] = (
    (_("Requests"), _sum_of("etude_requests_total"), sum),
    (_("Time to answer, on average (ms)"), _mean_ms, max),
    (_("Answers judged"), _sum_of("etude_verdicts_total"), sum),
    (_("Errors in the log"), _sum_of("etude_errors_total"), sum),
)
"""The charts of counters: title, value of a step, and how the steps of an hour become one figure."""
SHOWN: tuple[tuple[LazyString, str], ...] = (
    (_("Longest wait in the queue (s)"), "etude_queue_oldest_seconds"),
    (_("Live streams open"), "etude_open_streams"),
)
"""The charts of gauges: title, name."""


def last_day(at: datetime) -> list[Chart]:
    """Return the charts of the day before `at`: one query."""
    rows = Measurement.get_since(db.session, at - DAY - SLOT)
    begin = at - DAY
    changes: list[dict[str, float]] = [{} for _step in range(STEPS)]
    highest: list[dict[str, float]] = [{} for _step in range(STEPS)]
    for row, change in _changes(rows, begin):
        step = min(int((row.slot - begin) / STEP), STEPS - 1)
        for name, value in change.items():
            changes[step][name] = changes[step].get(name, 0.0) + value
        for name, value in row.gauges.items():
            highest[step][name] = max(highest[step].get(name, 0.0), value)
    charts = [_chart(title, begin, [read(one) for one in changes], fold) for title, read, fold in COUNTED]
    return charts + [_chart(title, begin, [one.get(name, 0.0) for one in highest], max) for title, name in SHOWN]


def _changes(rows: Sequence[Measurement], begin: datetime) -> Iterator[tuple[Measurement, dict[str, float]]]:
    """Yield each row since `begin` with what its process counted since the row before; a process begins at 0."""
    before: dict[str, Mapping[str, float]] = {}
    for row in rows:
        known = before.get(row.source, {})
        before[row.source] = row.totals
        if row.slot >= begin:
            yield row, {name: value - known.get(name, 0.0) for name, value in row.totals.items()}


def _chart(
    title: LazyString, begin: datetime, values: Sequence[float], fold: Callable[[Sequence[float]], float]
) -> Chart:
    top = max(*values, 1.0)
    bars = [Bar(at=begin + STEP * step, value=value, height=value / top) for step, value in enumerate(values)]
    hours = [
        (bars[step].at, fold(values[step : step + STEPS_AN_HOUR])) for step in range(0, len(values), STEPS_AN_HOUR)
    ]
    return Chart(title=title, bars=bars, hours=hours)
