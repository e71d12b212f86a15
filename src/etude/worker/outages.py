"""Noticing that the database or Redis is away, and writing down when it was, once the database is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core import clock, logging
from etude.extensions import db
from etude.models.outages import Outage, Service
from etude.queue.doorbell import line
from etude.worker.recording import answers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flask import Flask

    from etude.queue import DatabaseBroker

_log = logging.get(__name__)


class OutageWatch:
    """What one worker noticed. Nothing is asked of the database until a statement failed somewhere in this process.

    Args:
        app: the application whose database it is.
        brokers: those whose consumers ask the database every second.
    """

    def __init__(self, app: Flask, brokers: Sequence[DatabaseBroker]) -> None:
        self._app, self._brokers = app, brokers
        self._away_since: datetime | None = None
        self._ended: list[tuple[Service, datetime, datetime]] = []

    @property
    def is_database_away(self) -> bool:
        """Tell whether the database could not be asked at the last look."""
        return self._away_since is not None

    def look(self) -> None:
        """See whether an outage began or ended, and write down those that ended; called every second."""
        suspected = [broker.failed_at for broker in self._brokers if broker.failed_at is not None]
        if suspected or self._away_since is not None:
            self._look_at_database(suspected)
        if line.exchange is not None:
            self._ended += [(Service.REDIS, *times) for times in line.exchange.take_outages()]
        if self._ended and self._away_since is None:
            self._write()

    def _look_at_database(self, suspected: Sequence[datetime]) -> None:
        """Tell an outage from a statement that failed for another reason: while it lasts nothing can be asked."""
        with self._app.app_context():
            is_there = answers()
        if not is_there and self._away_since is None:
            self._away_since = min(suspected)
            _log.warning("database_away")
        elif is_there and self._away_since is not None:
            self._ended.append((Service.DATABASE, self._away_since, clock.now()))
            self._away_since = None
            _log.info("database_back")
        if is_there:
            for broker in self._brokers:
                broker.failed_at = None

    def _write(self) -> None:
        try:
            with self._app.app_context(), db.session.begin():
                for service, began_at, ended_at in self._ended:
                    Outage.note(db.session, service, began_at, ended_at)
        except sa.exc.DBAPIError as error:  # it went again, or its tables are of another version: the next look tries
            _log.warning("outage_not_written", reason=type(error).__name__)
        else:
            self._ended = []
