"""What a worker tells of itself: what it can judge, what keeps it from judging, how wrong its clock is."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude import __version__
from etude.core import clock, logging
from etude.grading import languages
from etude.models import WorkerState
from etude.worker.faults import free_bytes
from etude.worker.records import reason_text

if TYPE_CHECKING:
    from pathlib import Path

    from etude.jail import Isolation
    from etude.worker.faults import Fault

_log = logging.get(__name__)
JUMP_S = 1.0
"""The machine's clock was set when it moved by this much against the time that passed."""


def languages_here(tier: str = "full") -> dict[str, str]:
    """Return the languages that this machine can judge with this isolation, with their versions."""
    return {name: language.toolchain.state().version for name, language in languages.available(tier).items()}


def cores_here() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Clock:
    """Keeps this process's time to the database's: workers with wrong clocks agree on leases and times all the same."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._own_at, self._steady_at = clock.own(), time.monotonic()
        self.difference_s = 0.0

    def jumped(self) -> bool:
        """Tell whether somebody set the machine's clock since it was last compared."""
        own_s = (clock.own() - self._own_at).total_seconds()
        return abs(own_s - (time.monotonic() - self._steady_at)) > JUMP_S

    def compare(self) -> None:
        """Ask the database for the time and go by it. SQLite is a file of this machine: its clock is ours.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is away.
        """
        self._own_at, self._steady_at = clock.own(), time.monotonic()
        if self._engine.dialect.name == "sqlite":
            return
        with self._engine.connect() as connection:
            began = clock.own()
            theirs = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
            ended = clock.own()
        middle = began + (ended - began) / 2
        before, self.difference_s = self.difference_s, (middle - theirs).total_seconds()
        clock.correct(timedelta(seconds=-self.difference_s))
        if abs(self.difference_s - before) > JUMP_S:
            _log.warning("clock_corrected", difference_s=round(self.difference_s, 1))


def describe(
    name: str, folder: Path, isolation: Isolation, fault: Fault | None, languages: dict[str, str]
) -> WorkerState:
    """Return the row by which pages know of this worker."""
    return WorkerState(
        name=name,
        seen_at=clock.now(),
        tier=isolation.tier,
        reason=reason_text(isolation.reason),
        fix=fault.fix if fault else isolation.fix,
        fault=fault.stored() if fault else "",
        version=__version__,
        cores=cores_here(),
        languages=languages,
        free_bytes=free_bytes(folder),
    )
