"""What a process counts of itself: requests, verdicts, cache hits, waits. In memory, and never anybody's data.

A series is named as Prometheus names it, `etude_verdicts_total{verdict="AC"}`; its labels come from the code alone, so
that there are few. Who shows them is above: the page of the machines (`/metrics`) and the charts of the Health page.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BUCKETS_S = (0.05, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Seconds: what a page may take, and what it must not."""

DESCRIPTIONS: dict[str, tuple[str, str]] = {
    "etude_cache_total": ("counter", "Lookups in a cache of this process, by cache and whether it was there."),
    "etude_database_waits_total": ("counter", "Waits for a connection or for the write lock, however short."),
    "etude_database_waits_seconds_total": ("counter", "Seconds spent in these waits."),
    "etude_errors_total": ("counter", "Lines of the log at level ERROR."),
    "etude_last_verified_backup_age_seconds": ("gauge", "Age of the newest backup that was proved by restoring it."),
    "etude_open_streams": ("gauge", "Live streams that are open in this process."),
    "etude_queue_oldest_seconds": ("gauge", "How long the oldest task has been waiting for a worker."),
    "etude_queue_tasks": ("gauge", "Tasks that wait for a worker."),
    "etude_requests_total": ("counter", "Requests, by method and kind of status."),
    "etude_request_seconds": ("histogram", "Seconds from a request to its answer; streams are left out."),
    "etude_verdicts_total": ("counter", "Answers judged, by verdict."),
}
"""Every series by its name: its type and what it is, in the words of docs/reference/monitoring.md."""


def series(name: str, labels: dict[str, str]) -> str:
    """Return the name of a series with its labels, which hold no quote, backslash or line break."""
    if not labels:
        return name
    return name + "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}"


class Metrics:
    """The counters and gauges of one process; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
        self._gauges: dict[str, Callable[[], float]] = {}

    def count(self, name: str, by: float = 1.0, **labels: str) -> None:
        """Add to a counter; it begins at 0 when the process does."""
        key = (name, tuple(labels.items()))
        with self._lock:
            self._totals[key] = self._totals.get(key, 0.0) + by

    def observe(self, name: str, seconds: float) -> None:
        """Add one duration to a histogram."""
        for limit in BUCKETS_S:
            self.count(f"{name}_bucket", float(seconds <= limit), le=f"{limit:g}")
        self.count(f"{name}_bucket", le="+Inf")
        self.count(f"{name}_sum", seconds)
        self.count(f"{name}_count")

    def watch(self, name: str, read: Callable[[], float]) -> None:
        """Have `read` asked whenever the gauges are; a later one of the same name takes its place."""
        self._gauges[name] = read

    def totals(self) -> dict[str, float]:
        """Return every counter by its series."""
        with self._lock:
            known = dict(self._totals)
        return {series(name, dict(labels)): value for (name, labels), value in known.items()}

    def gauges(self) -> dict[str, float]:
        """Return what every gauge shows now."""
        return {name: read() for name, read in self._gauges.items()}

    def clear(self) -> None:
        """Begin anew, as a process does that was forked from one which had counted."""
        with self._lock:
            self._totals.clear()


metrics = Metrics()
"""Those of this process."""
