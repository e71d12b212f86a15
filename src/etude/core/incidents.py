"""The errors of a process, grouped: those of one cause have one fingerprint, however often they come.

A fingerprint is made of where an error was and of what kind, never of its message: that may hold somebody's data. The
line in the log has the same fingerprint and an id of its own (`log_id`), under which its traceback is found.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import sys
import threading
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etude.core import clock
from etude.core.metrics import metrics

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from datetime import datetime
    from types import TracebackType

PACKAGE = Path(__file__).parents[1]
MOST_GROUPS = 200
"""Groups that wait to be stored; a flood of different errors must not fill the memory."""
GRAVE = frozenset({"error", "critical", "exception"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Errors of one cause: `kind` is the event and the class of the exception, `place` where in the code it was."""

    fingerprint: str
    kind: str
    place: str
    log_id: str
    first_at: datetime
    last_at: datetime
    count: int = 1


class Incidents:
    """What has happened since it was last taken; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: dict[str, Incident] = {}
        self.happened = threading.Event()
        """Set when there is something to be taken."""

    def note(self, incident: Incident) -> None:
        """Add one error to its group; a new group beyond MOST_GROUPS is dropped, its line is in the log."""
        with self._lock:
            known = self._groups.get(incident.fingerprint)
            if known is not None:
                incident = replace(incident, first_at=known.first_at, count=known.count + incident.count)
            elif len(self._groups) >= MOST_GROUPS:
                return
            self._groups[incident.fingerprint] = incident
        self.happened.set()

    def take(self) -> list[Incident]:
        """Return the groups, and begin anew."""
        with self._lock:
            taken, self._groups = list(self._groups.values()), {}
            self.happened.clear()
        return taken


incidents = Incidents()
"""Those of this process."""


def describe(event: str, error: BaseException | None) -> dict[str, str]:
    """Return the fingerprint, the kind and the place of an error, or of an event that no exception brought."""
    kind = f"{event}: {type(error).__name__}" if error is not None else event
    place = _place(error.__traceback__) if error is not None else ""
    fingerprint = hashlib.sha256(f"{kind}\n{place}".encode()).hexdigest()[:12]
    return {"fingerprint": fingerprint, "error_kind": kind, "error_place": place}


def _place(trace: TracebackType | None) -> str:
    """Return file and function of the innermost frame that is ours; lines move with every version."""
    frames = [frame for frame, _line in traceback.walk_tb(trace)]
    for frame in reversed(frames):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE):
            return f"{path.relative_to(PACKAGE).as_posix()}:{frame.f_code.co_name}"
    return f"{Path(frames[-1].f_code.co_filename).name}:{frames[-1].f_code.co_name}" if frames else ""


def mark(_logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put fingerprint and log id on a line of level ERROR; a structlog processor, before tracebacks become text."""
    if method not in GRAVE or "fingerprint" in event:
        return event
    given = event.get("exc_info")
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else None
    if given is True:
        error = sys.exc_info()[1]
    record = event.get("_record")
    # The line of a library passes here once for the screen and once for the file: it has the same id in both.
    unnamed = secrets.token_hex(6) if record is None else f"{int(record.created * 1e6):x}"
    event["log_id"] = event.get("request_id") or unnamed
    event.update(describe(record.name if record is not None else str(event.get("event", "")), error))
    return event


class IncidentHandler(logging.Handler):
    """Hands what is logged at level ERROR to `incidents`; writes nothing."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        """Note one line."""
        said: dict[str, Any] = {"_record": record, "exc_info": record.exc_info or None}
        said = record.msg if isinstance(record.msg, dict) else dict(mark(None, "error", said))
        if "fingerprint" in said:
            at = clock.now()
            incidents.note(
                Incident(
                    fingerprint=said["fingerprint"],
                    kind=said["error_kind"],
                    place=said["error_place"],
                    log_id=said["log_id"],
                    first_at=at,
                    last_at=at,
                )
            )
            metrics.count("etude_errors_total")
