"""What the page of the school's health shows: workers, queue, this machine, database, backups, and what is wrong."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude.core import schema
from etude.core.errors import Notice, _
from etude.extensions import db
from etude.grading import languages
from etude.models import JobRun, Outage, WorkerState
from etude.models.workers import WORKER_LOST
from etude.queue import get_waiting
from etude.queue.doorbell import line
from etude.web.health import Trouble, find_dying_child, find_storage_fault, find_troubles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from etude.config import Config
    from etude.core.child_deaths import ChildDeaths
    from etude.queue import Waiting

MIN_FREE_BYTES = 1 << 30
OLDEST_BACKUP = timedelta(days=2)
BACKUP_NAME = re.compile(r"etude-(\d{8}T\d{6}Z)\.tar(?:\.age)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Everything the page shows. `troubles` is empty when all is well."""

    troubles: Sequence[Trouble]
    workers: Sequence[WorkerState]
    alive: frozenset[str]
    waiting_count: int
    oldest_at: datetime | None
    free_bytes: int
    database: str
    migration: str
    last_backup_at: datetime | None
    outages: Sequence[Outage]
    at: datetime

    def languages_of(self, worker: WorkerState) -> list[tuple[str, str]]:
        """Return the languages that a worker judges, as people call them, each with its version; by label."""
        known = languages.load()
        versions = worker.languages.items()
        return sorted((known[name].label if name in known else name, str(version)) for name, version in versions)


def examine(config: Config, at: datetime, *, deaths: ChildDeaths | None = None) -> Health:
    """Look at everything; nothing is changed. A handful of queries, however many tasks wait.

    `deaths` is how often the worker died that this server starts; None where it starts none.
    """
    workers, waiting = WorkerState.get_known(db.session), get_waiting(db.session, at)
    jobs = db.session.scalars(sa.select(JobRun).order_by(JobRun.name)).all()
    free_bytes = shutil.disk_usage(config.data).free
    last_backup_at = find_last_backup(config.backups)
    troubles = [
        *find_dying_child(deaths),
        *find_troubles(workers, waiting, at),
        *find_storage_fault(config),
        *_of_this_machine(config, free_bytes),
        *_of_jobs(jobs, last_backup_at, at),
        *_of_sending(config),
    ]
    return Health(
        troubles=troubles,
        workers=workers,
        alive=frozenset(one.name for one in workers if one.seen_at > at - WORKER_LOST),
        waiting_count=sum(some.count for some in waiting),
        oldest_at=_oldest(waiting),
        free_bytes=free_bytes,
        at=at,
        last_backup_at=last_backup_at,
        outages=Outage.get_latest(db.session),
        **_database(),
    )


def find_last_backup(folder: Path) -> datetime | None:
    """Return when the newest backup of a folder was made, by its name; None when there is none."""
    names = [match[1] for path in folder.glob("etude-*.tar*") if (match := BACKUP_NAME.fullmatch(path.name))]
    return datetime.strptime(max(names), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if names else None


def find_send_fault(folder: Path) -> Notice | None:
    """Return why the last backup of a folder that should be sent was not, as is noted beside it; None when it was."""
    for path in sorted(folder.glob("etude-*.json"), reverse=True):
        try:
            note = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if fault := note.get("send_fault"):
            return Notice(fault["id"], fault["values"])
        if note.get("sent"):
            break
    return None


def _find_push_fault(note: Path) -> Notice | None:
    """Return why the history of the content did not reach its remote the last time, as is noted; None when it did."""
    try:
        fault = json.loads(note.read_text(encoding="utf-8")).get("fault")
    except (OSError, ValueError):
        return None
    return Notice(fault["id"], fault["values"]) if fault else None


def _oldest(waiting: Sequence[Waiting]) -> datetime | None:
    return min((some.oldest_at for some in waiting), default=None)


def _database() -> dict[str, Any]:
    engine = db.engine
    if engine.dialect.name == "sqlite":
        name = f"SQLite {sqlite3.sqlite_version}"
    else:
        name = f"PostgreSQL {'.'.join(str(part) for part in engine.dialect.server_version_info or ())}"
    return {"database": name, "migration": schema.current(engine) or "–"}


def _of_this_machine(config: Config, free_bytes: int) -> Iterator[Trouble]:
    if free_bytes < MIN_FREE_BYTES:
        found = _("The disk of this server is nearly full: %(free)s MB are free for %(folder)s.")
        fix = Notice(_("Free at least 1 GB, or move the data folder (--data)."))
        yield Trouble(Notice(found, {"free": free_bytes // 10**6, "folder": config.data}), fix)
    if line.exchange is not None and not line.exchange.is_up():
        found = _(
            "Redis cannot be reached. Nothing is lost: answers are judged a second later, each server counts alone."
        )
        yield Trouble(
            Notice(found), Notice(_("Start it again, or look at %(setting)s."), {"setting": "ETUDE_REDIS_URL"})
        )


def _of_sending(config: Config) -> Iterator[Trouble]:
    if config.backup_target and (fault := find_send_fault(config.backups)) is not None:
        yield Trouble(fault, "etude backup send")
    if config.backup_target and not (config.backup_recipient or config.backup_recipient_path.exists()):
        found = _(
            "Backups are sent to another place, and whoever reads that place can read them: they are not encrypted."
        )
        yield Trouble(Notice(found), "etude backup key")
    if config.history_remote and (fault := _find_push_fault(config.history_note)) is not None:
        yield Trouble(fault, Notice(_("The history of the content is brought there again every half hour.")))


def _of_jobs(jobs: Sequence[JobRun], last_backup_at: datetime | None, at: datetime) -> Iterator[Trouble]:
    for job in jobs:
        if job.last_error:
            found = _("The job %(name)s failed: %(reason)s")
            yield Trouble(Notice(found, {"name": job.name, "reason": job.last_error}), "etude doctor")
    if not jobs:
        found = _("No scheduled job has run yet: no backup, no clearing up.")
        yield Trouble(Notice(found), "etude scheduler")
    elif last_backup_at is None or at - last_backup_at > OLDEST_BACKUP:
        found = _("There is no backup of the last two days on this server.")
        yield Trouble(Notice(found), "etude backup create")
