from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from etude import scheduler
from etude.core import schema
from etude.extensions import db
from etude.models import AuditEntry, Course, JobRun, User, UserSession, WorkerState
from etude.models.retention import Retention, purge_batch
from etude.queue import TaskMessage
from etude.scheduler import JOBS, LEASE, Job, claim, run_due_jobs
from tests import classroom, factories

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config
    from etude.core.db import UnitOfWorkSession
    from etude.models import Base
    from tests.conftest import Time

TORONTO = ZoneInfo("America/Toronto")
NIGHTLY = Job(name="nightly", run=lambda _config, _at: None, daily_at=time_of_day(2, 30))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TORONTO).astimezone(UTC)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        ("2026-11-23 02:31", "2026-11-23 23:00", False),
        ("2026-11-23 02:31", "2026-11-24 02:29", False),
        ("2026-11-23 02:31", "2026-11-24 02:30", True),
        ("2026-11-20 15:00", "2026-11-24 08:15", True),  # the laptop was shut for three nights
        ("2026-11-24 08:15", "2026-11-24 15:00", False),
        ("2026-10-31 12:00", "2026-11-01 02:31", True),  # the night in which clocks go back
        ("2026-03-07 12:00", "2026-03-08 03:31", True),  # half past two does not exist in this one
    ],
)
def test_a_daily_job_is_due_once_after_its_hour_and_makes_up_for_missed_nights(last: str, now: str, due: bool) -> None:
    assert NIGHTLY.is_due(at(last), at(now), TORONTO) is due


def test_a_job_that_never_ran_is_due() -> None:
    assert NIGHTLY.is_due(None, at("2026-11-24 08:15"), TORONTO)


@pytest.mark.parametrize(("seconds", "due"), [(59.98, True), (60.02, True), (20, False)])
def test_a_job_of_every_minute_runs_at_each_tick_though_ticks_come_a_moment_early(seconds: float, due: bool) -> None:
    job = Job(name="often", run=lambda _config, _at: None, every=timedelta(minutes=1))
    last = at("2026-11-24 08:15")

    assert job.is_due(last, last + timedelta(seconds=seconds), TORONTO) is due


def test_scheduler_goes_on_after_a_tick_for_which_the_database_was_away(
    app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter([sa.exc.OperationalError("", {}, Exception("server closed the connection")), None])
    came_back = threading.Event()

    def tick(_app: Flask, _config: Config) -> None:
        if (fault := next(ticks, None)) is not None:
            raise fault
        came_back.set()

    monkeypatch.setattr(scheduler, "run_due_jobs", tick)
    monkeypatch.setattr(scheduler, "TICK_S", 0.02)
    monkeypatch.setattr(scheduler, "FIRST_TICK", timedelta(0))
    running = scheduler.start_scheduler(app, config)

    is_back = came_back.wait(20)
    running.shutdown()

    assert is_back


def test_a_job_runs_once_for_two_processes_that_know_it(app: Flask, time: Time) -> None:
    with app.app_context():
        assert claim(NIGHTLY, time(), TORONTO)
        assert not claim(NIGHTLY, time(), TORONTO)


def test_a_job_whose_process_died_is_taken_up_after_its_lease(app: Flask, time: Time) -> None:
    with app.app_context():
        claim(NIGHTLY, time(), TORONTO)
        time.forward(seconds=LEASE.total_seconds() + 1)

        assert claim(NIGHTLY, time(), TORONTO)


def test_a_job_that_takes_long_keeps_its_lease_while_it_works(
    app: Flask, config: Config, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_renewed = threading.Event()
    renew = scheduler.keep
    monkeypatch.setattr(scheduler, "RENEW_S", 0.01)
    monkeypatch.setattr(scheduler, "keep", lambda job, at: (renew(job, at), is_renewed.set()))
    leases = []

    def work(_config: Config, _at: datetime) -> None:
        time.forward(minutes=20)
        is_renewed.clear()
        assert is_renewed.wait(20)
        leases.append(db.session.get(JobRun, "long").leased_until)

    run_due_jobs(app, config, [Job(name="long", run=work, every=timedelta(minutes=1))])

    assert leases == [time() + LEASE]


def test_a_failed_job_is_noted_and_the_others_go_on(app: Flask, config: Config, time: Time) -> None:
    def fail(_config: Config, _at: datetime) -> None:
        raise RuntimeError("disk on fire")

    jobs = [Job(name="bad", run=fail, every=timedelta(minutes=1)), NIGHTLY]

    assert run_due_jobs(app, config, jobs) == ["bad", "nightly"]
    with app.app_context():
        assert "disk on fire" in db.session.get(JobRun, "bad").last_error
        assert db.session.get(JobRun, "nightly").last_succeeded_at == time()


def test_a_job_that_succeeded_runs_again_when_its_time_has_come(app: Flask, config: Config, time: Time) -> None:
    job = Job(name="often", run=lambda _config, _at: None, every=timedelta(minutes=5))

    assert run_due_jobs(app, config, [job]) == ["often"]
    assert run_due_jobs(app, config, [job]) == []
    time.forward(minutes=5)

    assert run_due_jobs(app, config, [job]) == ["often"]


def test_every_job_does_its_work_on_a_school_that_is_at_its_migration(
    app: Flask, config: Config, people: factories.People, time: Time
) -> None:
    with app.app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.exec_driver_sql("DELETE FROM alembic_version")
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")
        room = classroom.open_room(people)
        submission_id = classroom.submit(room, people.ben)
        old = factories.course()
        with db.session.begin():
            db.session.get(Course, old.id).delete(time(), people.ada)
            db.session.execute(sa.delete(TaskMessage))
    time.forward(days=config.retention_days, seconds=1)

    ran = run_due_jobs(app, config)

    with app.app_context():
        assert {row.name: row.last_error for row in db.session.scalars(sa.select(JobRun))} == dict.fromkeys(ran, "")
        assert db.session.scalars(sa.select(TaskMessage.subject)).all() == [f"grade_submission:{submission_id}"]
        assert db.session.get(Course, old.id) is None
    assert set(ran) == {job.name for job in JOBS}
    assert list(config.backups.glob("etude-*.tar"))


def test_the_daily_backup_is_one_of_the_jobs() -> None:
    assert "daily_backup" in {job.name for job in JOBS}


def test_what_the_purge_removes_is_in_a_backup_of_the_same_night() -> None:
    hours = {job.name: job.daily_at for job in JOBS}

    assert hours["daily_backup"] < hours["purge"] < hours["collect_files"]


def purge_job() -> list[Job]:
    return [job for job in JOBS if job.name == "purge"]


def told(app: Flask) -> list[dict[str, object]]:
    """What the audit log says of purges."""
    with app.app_context():
        entries = AuditEntry.get_page(db.session, tag="school:data:purged")
        return [entry.detail.document for entry in entries]


def add_old_sign_ins(user_id: int, count: int, at: datetime) -> None:
    with db.session.begin():
        db.session.add_all(
            UserSession(user_id=user_id, secret_hash=str(n), epoch=0, started_at=at, last_seen_at=at)
            for n in range(count)
        )


def test_a_purge_is_told_once_with_the_counts_and_not_at_all_when_it_removed_nothing(
    app: Flask, config: Config, people: factories.People, time: Time
) -> None:
    with app.app_context():
        add_old_sign_ins(people.ben, 3, time.at)
        with db.session.begin():
            db.session.get(User, people.cy).delete(time.at, people.admin)
    time.forward(days=31)

    run_due_jobs(app, config, purge_job())
    time.forward(days=1)
    run_due_jobs(app, config, purge_job())

    assert told(app) == [{"user": 1, "user_session": 3}]
    with app.app_context():
        assert db.session.get(User, people.cy, execution_options={"include_deleted": True}) is None


def test_what_lives_a_day_is_purged_every_hour_and_tells_nobody(
    app: Flask, config: Config, people: factories.People, time: Time
) -> None:
    with app.app_context():
        factories.add(WorkerState(name="gone", seen_at=time.at, tier="full"))
        add_old_sign_ins(people.ben, 1, time.at)
    short = [job for job in JOBS if job.name == "purge_short"]
    time.forward(hours=25)

    run_due_jobs(app, config, short)

    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(WorkerState)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(UserSession)) == 1
    assert told(app) == []


def test_a_purge_removes_a_batch_to_a_transaction_until_nothing_is_left(
    app: Flask, config: Config, people: factories.People, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserSession, "retention", Retention(since="started_at", kept="sign_ins_kept_days", batch=10))
    with app.app_context():
        add_old_sign_ins(people.ben, 25, time.at)
    time.forward(days=31)
    counts = []

    def count_rows(session: UnitOfWorkSession, model: type[Base], before: datetime) -> int:
        removed = purge_batch(session, model, before)
        counts.extend([removed] if model is UserSession else [])
        return removed

    monkeypatch.setattr(scheduler, "purge_batch", count_rows)

    run_due_jobs(app, config, purge_job())

    assert counts == [10, 10, 5, 0]
    assert told(app) == [{"user_session": 25}]


def test_the_settings_say_for_how_long(app: Flask, config: Config, people: factories.People, time: Time) -> None:
    with app.app_context():
        add_old_sign_ins(people.ben, 1, time.at)
    time.forward(days=31)

    run_due_jobs(app, replace(config, sign_ins_kept_days=90), purge_job())

    assert told(app) == []
