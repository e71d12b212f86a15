"""Whether this process can serve: what a load balancer asks. Names only, for everybody may ask."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core import logging, schema
from etude.extensions import db
from etude.features.health.exposition import find_last_verified
from etude.features.health.page import MIN_FREE_BYTES, OLDEST_BACKUP, find_send_fault
from etude.models import WorkerState
from etude.queue import get_waiting
from etude.storage import open_storage
from etude.web.health import MAX_WAIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from etude.config import Config

_log = logging.get(__name__)
KEPT_S = 2.0
"""An answer is good for so long: whoever asks more often costs nothing."""

Answer = tuple[list[str], list[str]]


class Kept:
    """The last answer of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answer: Answer = ([], [])
        self._until = float("-inf")

    def get(self, make: Callable[[], Answer]) -> Answer:
        """Return the last answer while it is good, else a new one; who asks meanwhile waits for it."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._answer = make()
                self._until = time.monotonic() + KEPT_S
            return self._answer


def examine(config: Config, at: datetime) -> Answer:
    """Return the names of what keeps this process from serving, and of what only needs a person; both may be empty."""
    try:
        faults = list(_faults(config))
        warnings = [] if faults else list(_warnings(config, at))
    except sa.exc.DBAPIError as error:
        _log.warning("not_ready", reason=type(error).__name__)
        return ["database"], []
    return faults, warnings


def _faults(config: Config) -> Iterator[str]:
    with db.engine.execution_options(etude_write=True, etude_lasting=False).begin() as connection:
        connection.execute(sa.select(1))  # the write lock was free within its time
    if not schema.is_up_to_date(db.engine):
        yield "migration"
    if shutil.disk_usage(config.data).free < MIN_FREE_BYTES:
        yield "disk"
    if open_storage(config).find_fault() is not None:
        yield "storage"


def _warnings(config: Config, at: datetime) -> Iterator[str]:
    if not any(one.is_judging for one in WorkerState.get_alive(db.session, at)):
        yield "worker"
    if any(at - some.oldest_at > MAX_WAIT for some in get_waiting(db.session, at)):
        yield "queue"
    verified_at = find_last_verified(config.backups)
    if verified_at is None or at - verified_at > OLDEST_BACKUP:
        yield "backup"
    if config.backup_target and find_send_fault(config.backups) is not None:
        yield "backup_sending"
