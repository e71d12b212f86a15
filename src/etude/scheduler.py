"""What happens by itself: the daily backup, the sweep of stuck work, the purge of what is past its time.

APScheduler ticks once a minute; which job is due is decided from the database, so that a laptop that was shut at
night makes up for what it missed, and a job that several processes know runs in one of them (a lease).
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from etude import audit
from etude.audit import AuditTag
from etude.core import clock, logging
from etude.core.errors import EtudeError
from etude.core.git_addresses import GitFault
from etude.extensions import db
from etude.features.authoring.following import fetch_next
from etude.features.backups.pushing import push_if_due
from etude.features.backups.sending import NotSent, find_waiting, send_backup
from etude.features.backups.services import create_backup
from etude.features.files.services import collect_contents, collect_garbage
from etude.features.health.alarms import tell
from etude.models import JobRun, School
from etude.models.retention import purge_batch, retained, retention_of
from etude.models.submission import sweeping
from etude.storage import open_contents, open_storage
from etude.web.erasing import write_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flask import Flask

    from etude.config import Config
    from etude.models.base import Base

_log = logging.get(__name__)
LEASE = timedelta(minutes=30)
RENEW_S = LEASE.total_seconds() / 3
TICK_S = 60
FETCH_TICK_S = 15
"""How soon somebody who asks for a look at a repository gets one."""
SOURCES_AT_ONCE = 20
FIRST_TICK = timedelta(seconds=5)
"""After the start, which has enough to do."""
EARLY = timedelta(seconds=TICK_S / 2)
"""A tick that comes a moment less than a minute after the last one does not wait for another minute."""
BATCHES_AT_ONCE = 1000
"""What one run removes of a table at most, so that it ends well within its lease; the rest waits for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job: run every `every`, or once a day after `daily_at` in the school's time zone."""

    name: str
    run: Callable[[Config, datetime], object]
    every: timedelta | None = None
    daily_at: time | None = None

    def is_due(self, last: datetime | None, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether the job should run now, given when it last succeeded."""
        if last is None:
            return True
        if self.every is not None:
            return at - last >= self.every - EARLY
        assert self.daily_at is not None
        local = at.astimezone(zone)
        planned = datetime.combine(local.date(), self.daily_at, zone)
        if planned > local:
            planned = datetime.combine(local.date() - timedelta(days=1), self.daily_at, zone)
        return last < planned


def _back_up(config: Config, at: datetime) -> object:
    write_list(db.session, config)
    backup = create_backup(config, at=at)
    if not backup.is_proved:
        raise RuntimeError(f"the backup {backup.name} is faulty: {', '.join(backup.said_faults())}")
    return backup


def _sweep(_config: Config, at: datetime) -> object:
    with db.session.begin():
        return sweeping.sweep(db.session, at)


def _purge_short(config: Config, at: datetime) -> object:
    return _remove([model for model in retained() if retention_of(model).is_short], config, at)


def _purge(config: Config, at: datetime) -> object:
    """Remove what is past the days that the settings give it; the audit log is told once, with the counts."""
    removed = _remove([model for model in retained() if not retention_of(model).is_short], config, at)
    if removed:
        with db.session.begin():
            audit.record(db.session, AuditTag.DATA_PURGED, details=removed)
    return removed


def _remove(models: Sequence[type[Base]], config: Config, at: datetime) -> dict[str, int]:
    """Remove what is past its time, a batch to a transaction, so that others write in between; return the counts."""
    removed: dict[str, int] = {}
    for model in models:
        before = retention_of(model).before(at, config)
        for _batch in range(BATCHES_AT_ONCE):
            with db.session.begin():
                count = purge_batch(db.session, model, before)
            if not count:
                break
            removed[model.__tablename__] = removed.get(model.__tablename__, 0) + count
    return removed


def _collect_files(config: Config, at: datetime) -> object:
    if (contents := open_contents(config)) is not None:
        collect_contents(contents, at=at)
    return collect_garbage(open_storage(config), at=at)


JOBS: tuple[Job, ...] = (
    Job(name="sweep", run=_sweep, every=timedelta(minutes=1)),
    Job(name="purge_short", run=_purge_short, every=timedelta(hours=1)),
    Job(name="tell_troubles", run=tell, every=timedelta(minutes=5)),
    Job(name="daily_backup", run=_back_up, daily_at=time(2, 30)),
    Job(name="purge", run=_purge, daily_at=time(3, 30)),
    Job(name="collect_files", run=_collect_files, daily_at=time(4, 0)),
)
"""Every job, the most urgent first: what the purge removes is in the night's backup. docs/reference lists them."""


def claim(job: Job, at: datetime, zone: ZoneInfo) -> bool:
    """Take a job that is due and that nobody else is running; one transaction."""
    with db.session.begin():
        row = JobRun.lock(db.session, job.name)
        if row.leased_until is not None and at < row.leased_until:
            return False
        if not job.is_due(row.last_succeeded_at, at, zone):
            return False
        row.leased_until, row.last_started_at = at + LEASE, at
        return True


@contextmanager
def renewing(app: Flask, job: Job) -> Iterator[None]:
    """Keep the lease of a job that takes longer than it, by a thread of its own, until the job has ended."""
    has_ended = threading.Event()

    def renew() -> None:
        while not has_ended.wait(RENEW_S):
            with app.app_context():
                try:
                    keep(job, clock.now())
                except SQLAlchemyError as failure:  # the database is away for a while; the next time may do
                    _log.warning("lease_not_renewed", job=job.name, reason=type(failure).__name__)

    thread = threading.Thread(target=renew, name=f"lease of {job.name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join()


def keep(job: Job, at: datetime) -> None:
    """Let the lease of a job that is running begin anew."""
    with db.session.begin():
        JobRun.lock(db.session, job.name).leased_until = at + LEASE


def note_end(job: Job, started_at: datetime, error: str) -> None:
    """Store how a job ended; a failed one is tried again after the lease."""
    with db.session.begin():
        row = JobRun.lock(db.session, job.name)
        row.last_error = error[:500]
        if not error:
            row.last_succeeded_at, row.leased_until = started_at, None


def run_due_jobs(app: Flask, config: Config, jobs: Sequence[Job] = JOBS) -> list[str]:
    """Run every job that is due; return the names of those that ran. A failure is logged, the others go on."""
    ran = []
    for job in jobs:
        with app.app_context():
            logging.clear()
            school = School.get(db.session)
            at = clock.now()
            if not claim(job, at, ZoneInfo(school.zone if school else "UTC")):
                continue
            error = ""
            try:
                with renewing(app, job):
                    job.run(config, at)
            except Exception as failure:  # noqa: BLE001  whatever it is, the other jobs go on
                error = f"{type(failure).__name__}: {failure}"
                # What the machine refuses, e.g. on a full disk, is said in a line; a fault of ours with where it is.
                _log.error("job_failed", job=job.name, reason=error, exc_info=not isinstance(failure, EtudeError))
            note_end(job, at, error)
            ran.append(job.name)
    return ran


def send_waiting_backup(app: Flask, config: Config) -> None:
    """Send the newest proved backup of this machine's data folder, unless it is sent or no target is set.

    No job of the database: what waits lies in a folder, and another machine has another one. It runs beside the jobs,
    which must not wait for a slow line.
    """
    with app.app_context():
        logging.clear()
        try:
            at = clock.now()
            if (waiting := find_waiting(config, at)) is not None:
                send_backup(config, waiting.name, at=at)
        except NotSent as failure:  # audited and noted; it is tried again
            _log.error("backup_not_sent", reason=str(failure))
        except Exception as failure:  # noqa: BLE001  the next tick goes on
            reason = f"{type(failure).__name__}: {failure}"
            _log.error("job_failed", job="send_backup", reason=reason, exc_info=not isinstance(failure, EtudeError))


def push_history(app: Flask, config: Config) -> None:
    """Bring the history of the content to the repository that a setting names, beside the jobs as well."""
    with app.app_context():
        logging.clear()
        try:
            push_if_due(config, clock.now())
        except GitFault as failure:  # noted; it is tried again
            _log.error("history_not_pushed", reason=str(failure))
        except Exception as failure:  # noqa: BLE001  the next tick goes on
            reason = f"{type(failure).__name__}: {failure}"
            _log.error("job_failed", job="push_history", reason=reason, exc_info=not isinstance(failure, EtudeError))


def fetch_sources(app: Flask, config: Config) -> None:
    """Look at the repositories that courses follow and that are due, one after the other; beside the jobs as well."""
    with app.app_context():
        logging.clear()
        try:
            for _source in range(SOURCES_AT_ONCE):
                if not fetch_next(config, clock.now()):
                    break
        except Exception as failure:  # noqa: BLE001  the next tick goes on
            reason = f"{type(failure).__name__}: {failure}"
            _log.error("job_failed", job="fetch_sources", reason=reason, exc_info=not isinstance(failure, EtudeError))


def start_scheduler(app: Flask, config: Config) -> BackgroundScheduler:
    """Start the ticking; the caller shuts it down."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        run_due_jobs,
        "interval",
        args=[app, config],
        seconds=TICK_S,
        next_run_time=clock.now() + FIRST_TICK,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    for beside in (send_waiting_backup, push_history):
        scheduler.add_job(
            beside, "interval", args=[app, config], seconds=TICK_S, coalesce=True, misfire_grace_time=None
        )
    scheduler.add_job(
        fetch_sources, "interval", args=[app, config], seconds=FETCH_TICK_S, coalesce=True, misfire_grace_time=None
    )
    scheduler.start()
    return scheduler
