from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from etude.core import schema
from etude.extensions import db
from etude.models import Course, JobRun
from etude.queue import TaskMessage
from etude.scheduler import JOBS, LEASE, Job, claim, run_due_jobs
from tests import classroom, factories

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config
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


def test_a_job_runs_once_for_two_processes_that_know_it(app: Flask, time: Time) -> None:
    with app.app_context():
        assert claim(NIGHTLY, time(), TORONTO)
        assert not claim(NIGHTLY, time(), TORONTO)


def test_a_job_whose_process_died_is_taken_up_after_its_lease(app: Flask, time: Time) -> None:
    with app.app_context():
        claim(NIGHTLY, time(), TORONTO)
        time.forward(seconds=LEASE.total_seconds() + 1)

        assert claim(NIGHTLY, time(), TORONTO)


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


def test_what_the_bin_loses_is_in_a_backup_of_the_same_night() -> None:
    hours = {job.name: job.daily_at for job in JOBS}

    assert hours["daily_backup"] < hours["empty_bin"] < hours["collect_files"]
