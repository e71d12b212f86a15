"""A thread of each process that stores, once a minute, what the process counted, and at once what went wrong."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core import clock, logging
from etude.core.incidents import incidents
from etude.core.metrics import metrics
from etude.extensions import db
from etude.models.monitoring import ErrorGroup, Measurement
from etude.queue import get_waiting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

_log = logging.get(__name__)
EVERY_S = 60.0
GATHER_S = 2.0
"""Seconds that errors are gathered before they are stored: a flood of them is one write."""

STOP_S = 2.0


def source() -> str:
    """Return the name of this process among all of the school's."""
    return f"{socket.gethostname()}:{os.getpid()}"


def store(app: Flask) -> None:
    """Store what this process shows now, and the errors since the last time.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away; the errors are kept for the next time.
    """
    taken = incidents.take()
    try:
        with app.app_context():
            at = clock.now()
            gauges = {**metrics.gauges(), **queue_gauges()}
            with db.session.begin(lasting=False):
                Measurement.save(db.session, source(), at, _kept(metrics.totals()), gauges)
                ErrorGroup.add(db.session, taken)
    except sa.exc.DBAPIError:
        for one in taken:
            incidents.note(one)
        raise


def queue_gauges() -> dict[str, float]:
    """Return what waits for a worker, and for how long the oldest has: one query."""
    at = clock.now()
    waiting = get_waiting(db.session, at)
    oldest = min((some.oldest_at for some in waiting), default=at)
    return {
        "etude_queue_tasks": sum(some.count for some in waiting),
        "etude_queue_oldest_seconds": (at - oldest).total_seconds(),
    }


def _kept(totals: Mapping[str, float]) -> dict[str, float]:
    """Return what other processes and the charts need: all but the buckets of histograms."""
    return {name: round(value, 3) for name, value in totals.items() if "_bucket{" not in name}


class Measuring:
    """The thread. It begins with `start()`, in the process that is to be measured: a fork does not take it along."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="measuring", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End within a moment, with a last look."""
        self._over.set()
        incidents.happened.set()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._over.is_set():
            if incidents.happened.wait(EVERY_S):
                self._over.wait(GATHER_S)
            try:
                store(self._app)
            except sa.exc.DBAPIError as error:  # no error of the log: it would come here again
                _log.warning("measurement_not_stored", reason=type(error).__name__)
                self._over.wait(EVERY_S)
