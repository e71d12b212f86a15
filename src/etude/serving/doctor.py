"""What this machine can do, each fault with its fix: isolation, toolchains, disk, clock, database, queue."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from etude import __version__
from etude.app import create_app
from etude.config import ConfigError
from etude.core import schema
from etude.core.errors import Notice, _
from etude.core.schema import NewerDatabaseError
from etude.extensions import db
from etude.features.backups.notes import list_backups
from etude.features.backups.targets import open_target
from etude.grading import languages
from etude.jail import probe
from etude.models import WorkerState
from etude.queue import TaskMessage, get_waiting
from etude.web.health import find_storage_fault, find_troubles

if TYPE_CHECKING:
    from etude.config import Config
    from etude.core.errors import Marked

MIN_FREE_BYTES = 1 << 30
MAX_QUEUE_AGE = timedelta(minutes=2)
OLDEST_DATE = datetime(2026, 1, 1, tzinfo=UTC)
OLDEST_BACKUP = timedelta(days=2)
NO_BACKUP = _("there is no proved backup yet; one is made by itself every night")
OLD_BACKUP = _("the newest proved backup is of %(at)s, more than two days ago")
SET_CLOCK = "sudo timedatectl set-ntp true"
OK, WARNING, FAULT = "ok", "warning", "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: `state` is ok, warning or fault; what was found and what helps are marked.

    `found` without a sentence of its own, e.g. a version, is a plain text; so is a `fix` that is a command alone.
    """

    name: str
    state: str
    found: Marked | str
    fix: Marked | str = ""


def examine(config: Config) -> list[Finding]:
    """Look at everything; nothing is changed."""
    return [
        _python(),
        _isolation(config),
        *_toolchains(),
        _disk(config),
        _clock(),
        _storage(config),
        _backups(config),
        *_database(config),
    ]


def _python() -> Finding:
    return Finding(
        name="etude", state=OK, found=f"Étude {__version__}, Python {sys.version.split()[0]}, {sys.platform}"
    )


def _isolation(config: Config) -> Finding:
    isolation = probe(uid=config.jail_uid, tier=config.sandbox)
    state = {"full": OK, "reduced": WARNING}.get(isolation.tier, FAULT)
    return Finding(name="isolation", state=state, found=isolation.reason, fix=isolation.fix)


def _toolchains() -> list[Finding]:
    findings = []
    for name, language in languages.load().items():
        state = language.toolchain.state()
        # A school that teaches Python alone needs no C compiler: a missing one is no fault.
        findings.append(
            Finding(
                name=f"language:{name}",
                state=OK if state.is_available else WARNING,
                found=state.version or Notice(_("%(language)s is not installed"), {"language": language.label}),
                fix=state.fix,
            )
        )
    return findings


def _disk(config: Config) -> Finding:
    folder = config.data if config.data.exists() else config.data.absolute().parent
    free = shutil.disk_usage(folder).free
    found = Notice(_("%(size)s GB free for %(folder)s"), {"size": free // 10**9, "folder": config.data})
    if free < MIN_FREE_BYTES:
        fix = Notice(_("Free at least 1 GB, or move the data folder (--data)."))
        return Finding(name="disk", state=FAULT, found=found, fix=fix)
    return Finding(name="disk", state=OK, found=found)


def _storage(config: Config) -> Finding:
    """Try the place of the handed-in files, a store of the network by using it."""
    try:
        faults = list(find_storage_fault(config))
    except ConfigError as error:
        return Finding(name="storage", state=FAULT, found=error)
    if faults:
        return Finding(name="storage", state=FAULT, found=faults[0].found, fix=faults[0].fix)
    found = Notice(_("handed-in files are kept in: %(place)s"), {"place": config.storage_place})
    return Finding(name="storage", state=OK, found=found)


def _backups(config: Config) -> Finding:
    """Tell of the newest proved backup: how old it is, and whether it reached the place where it should be sent."""
    try:
        open_target(config)
    except ConfigError as error:
        return Finding(name="backups", state=FAULT, found=error)
    proved = [one for one in list_backups(config) if one.is_proved]
    if not proved:
        return Finding(name="backups", state=WARNING, found=Notice(NO_BACKUP), fix="etude backup create")
    newest = proved[0]
    values = {"at": f"{newest.made_at:%Y-%m-%d %H:%M} UTC"}
    if newest.send_fault is not None and config.backup_target:
        return Finding(name="backups", state=FAULT, found=newest.send_fault, fix="etude backup send")
    if datetime.now(UTC) - newest.made_at > OLDEST_BACKUP:
        return Finding(name="backups", state=WARNING, found=Notice(OLD_BACKUP, values), fix="etude backup create")
    return Finding(name="backups", state=OK, found=Notice(_("the newest proved backup is of %(at)s"), values))


def _clock() -> Finding:
    at = datetime.now(UTC)
    found = f"{at:%Y-%m-%d %H:%M} UTC"
    if at < OLDEST_DATE:
        return Finding(name="clock", state=FAULT, found=found, fix=_helps(_("Set the clock: %(command)s"), SET_CLOCK))
    if _is_synchronised():
        return Finding(name="clock", state=OK, found=found)
    fix = _helps(_("The clock is not kept right by the network: %(command)s"), SET_CLOCK)
    return Finding(name="clock", state=WARNING, found=found, fix=fix)


def _helps(sentence: str, command: str) -> Notice:
    return Notice(sentence, {"command": command})


def _is_synchronised() -> bool:
    tool = shutil.which("timedatectl")
    if tool is None:
        return True  # nothing to ask: deadlines are then as right as the clock
    asked = [tool, "show", "--property=NTPSynchronized", "--value"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=5)  # noqa: S603
    return done.stdout.strip() != "no"


def _database(config: Config) -> list[Finding]:
    if not config.database_url and not (config.data / "etude.db").exists():
        found = Notice(_("no data yet in %(folder)s"), {"folder": config.data})
        return [
            Finding(name="database", state=WARNING, found=found, fix=_helps(_("Start it: %(command)s"), "etude serve"))
        ]
    try:
        with create_app(config).app_context():
            return [_schema(), _queue(), *_workers()]
    except (ConfigError, NewerDatabaseError) as error:
        return [_broken(error)]
    except (SQLAlchemyError, OSError) as error:
        return [_broken(Notice(_("it cannot be read (%(reason)s)"), {"reason": str(error).splitlines()[0]}))]


def _broken(found: Marked) -> Finding:
    fix = _helps(_("Restore a backup: %(command)s"), "etude restore FILE")
    return Finding(name="database", state=FAULT, found=found, fix=fix)


def _schema() -> Finding:
    dialect = db.engine.dialect.name
    name = f"SQLite {sqlite3.sqlite_version}" if dialect == "sqlite" else "PostgreSQL"
    if schema.is_up_to_date(db.engine):
        found = Notice(_("%(database)s, migration %(current)s"), {"database": name, "current": schema.head()})
        return Finding(name="database", state=OK, found=found)
    values = {"database": name, "current": schema.current(db.engine) or "–", "newest": schema.head()}
    found = Notice(_("%(database)s, migration %(current)s, newest %(newest)s"), values)
    fix = _helps(_("Bring it up to date: %(command)s"), "etude db upgrade")
    return Finding(name="database", state=FAULT, found=found, fix=fix)


def _queue() -> Finding:
    at = datetime.now(UTC)
    count, oldest = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(TaskMessage.enqueued_at)).where(TaskMessage.eta <= at)
    ).one()
    waits = oldest is not None and at - oldest > MAX_QUEUE_AGE
    found = Notice(_("tasks that wait: %(count)s"), {"count": count})
    if not waits:
        return Finding(name="queue", state=OK, found=found)
    fix = _helps(_("Is a worker running? Start one: %(command)s"), "etude worker")
    return Finding(name="queue", state=WARNING, found=found, fix=fix)


def _workers() -> list[Finding]:
    """What is wrong with the workers, told where there are any or where something waits for one."""
    at = datetime.now(UTC)
    workers, waiting = WorkerState.get_known(db.session), get_waiting(db.session, at)
    if not workers and not waiting:
        return []
    troubles = [
        Finding(name="workers", state=WARNING, found=one.found, fix=one.fix)
        for one in find_troubles(workers, waiting, at)
    ]
    count = sum(one.is_judging for one in WorkerState.get_alive(db.session, at))
    well = Finding(name="workers", state=OK, found=Notice(_("workers that judge: %(count)s"), {"count": count}))
    return troubles or [well]
