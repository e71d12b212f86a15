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
from etude.core.schema import NewerDatabaseError
from etude.extensions import db
from etude.grading import languages
from etude.jail import probe
from etude.queue import TaskMessage

if TYPE_CHECKING:
    from etude.config import Config

MIN_FREE_BYTES = 1 << 30
MAX_QUEUE_AGE = timedelta(minutes=2)
OLDEST_DATE = datetime(2026, 1, 1, tzinfo=UTC)
OK, WARNING, FAULT = "ok", "warning", "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: `state` is ok, warning or fault; sentences are English keys of the catalogue."""

    name: str
    state: str
    found: str
    fix: str = ""


def examine(config: Config) -> list[Finding]:
    """Look at everything; nothing is changed."""
    return [
        _python(),
        _isolation(),
        *_toolchains(),
        _disk(config),
        _clock(),
        *_database(config),
    ]


def _python() -> Finding:
    return Finding(
        name="etude", state=OK, found=f"Étude {__version__}, Python {sys.version.split()[0]}, {sys.platform}"
    )


def _isolation() -> Finding:
    isolation = probe()
    good = isolation.tier == "full"
    return Finding(
        name="isolation", state=OK if good else FAULT, found=f"{isolation.tier}: {isolation.reason}", fix=isolation.fix
    )


def _toolchains() -> list[Finding]:
    findings = []
    for name, language in languages.load().items():
        state = language.toolchain.state()
        # A school that teaches Python alone needs no C compiler: a missing one is no fault.
        findings.append(
            Finding(
                name=f"language:{name}",
                state=OK if state.is_available else WARNING,
                found=f"{language.label}: {state.version or 'not installed'}",
                fix=state.fix,
            )
        )
    return findings


def _disk(config: Config) -> Finding:
    folder = config.data if config.data.exists() else config.data.absolute().parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free for {config.data}"
    if free < MIN_FREE_BYTES:
        return Finding(
            name="disk", state=FAULT, found=found, fix="Free at least 1 GB, or move the data folder (--data)."
        )
    return Finding(name="disk", state=OK, found=found)


def _clock() -> Finding:
    at = datetime.now(UTC)
    found = f"{at:%Y-%m-%d %H:%M} UTC"
    if at < OLDEST_DATE:
        return Finding(name="clock", state=FAULT, found=found, fix="Set the clock: sudo timedatectl set-ntp true")
    return Finding(name="clock", state=OK if _is_synchronised() else WARNING, found=found, fix=_clock_fix())


def _is_synchronised() -> bool:
    tool = shutil.which("timedatectl")
    if tool is None:
        return True  # nothing to ask: deadlines are then as right as the clock
    asked = [tool, "show", "--property=NTPSynchronized", "--value"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=5)  # noqa: S603
    return done.stdout.strip() != "no"


def _clock_fix() -> str:
    return "" if _is_synchronised() else "The clock is not kept right by the network: sudo timedatectl set-ntp true"


def _database(config: Config) -> list[Finding]:
    if not config.database_url and not (config.data / "etude.db").exists():
        return [
            Finding(name="database", state=WARNING, found=f"no data yet in {config.data}", fix="Start it: etude serve")
        ]
    try:
        with create_app(config).app_context():
            return [_schema(), _queue()]
    except (SQLAlchemyError, ConfigError, NewerDatabaseError, OSError) as error:
        return [
            Finding(
                name="database",
                state=FAULT,
                found=str(error).splitlines()[0],
                fix="Restore a backup: etude restore FILE",
            )
        ]


def _schema() -> Finding:
    dialect = db.engine.dialect.name
    version = sqlite3.sqlite_version if dialect == "sqlite" else "server"
    if schema.is_up_to_date(db.engine):
        return Finding(name="database", state=OK, found=f"{dialect} {version}, migration {schema.head()}")
    found = f"{dialect} {version}, migration {schema.current(db.engine)}, newest {schema.head()}"
    return Finding(name="database", state=FAULT, found=found, fix="Bring it up to date: etude db upgrade")


def _queue() -> Finding:
    at = datetime.now(UTC)
    count, oldest = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(TaskMessage.enqueued_at)).where(TaskMessage.eta <= at)
    ).one()
    waits = oldest is not None and at - oldest > MAX_QUEUE_AGE
    fix = "Is a worker running? Start one: etude worker" if waits else ""
    return Finding(name="queue", state=WARNING if waits else OK, found=f"{count} tasks wait", fix=fix)
