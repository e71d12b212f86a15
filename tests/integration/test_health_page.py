from __future__ import annotations

import shutil
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

from etude import __version__
from etude.core import clock
from etude.core.child_deaths import CHILD_DEATHS, ChildDeaths
from etude.extensions import db
from etude.models import JobRun, Outage, WorkerState
from etude.models.outages import Service
from etude.queue import GRADE_SUBMISSION, Place, enqueue
from etude.queue.doorbell import line
from tests import factories
from tests.queries import count_queries

if TYPE_CHECKING:
    import pytest
    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from tests.conftest import Time

ADDRESS = "/school/health"


def judging_worker(**changes: object) -> None:
    values = {"name": "lab-3:17", "seen_at": clock.now(), "tier": "full", "version": __version__, "cores": 4,
              "languages": {"python": "Python 3.11.2"}, "free_bytes": 40 * 10**9, **changes}  # fmt: skip
    factories.add(WorkerState(**values))


def backed_up(config: Config) -> None:
    config.backups.mkdir()
    (config.backups / f"etude-{clock.now():%Y%m%dT%H%M%SZ}.tar").touch()
    factories.add(JobRun(name="daily_backup", last_succeeded_at=clock.now()))


def test_admin_sees_that_all_is_well_and_who_judges(
    app: Flask, as_admin: FlaskClient, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=10**11))
    with app.app_context():
        judging_worker(languages={"cpp": "g++ 12.2", "python": "Python 3.11.2", "old": "1"})
        backed_up(config)

    page = as_admin.get(ADDRESS).text

    assert "All is well" in page
    for part in (
        "lab-3:17",
        "Judging",
        __version__,
        ">C++</span>",
        ">Python 3</span>",
        ">old</span>",
        "whole",
        "40 GB",
    ):
        assert part in page
    for name in (">cpp<", ">python<", ">full<"):
        assert name not in page
    assert f'href="{ADDRESS}"' in as_admin.get("/school/backups/").text


def test_each_fault_stands_on_the_page_with_its_fix(
    app: Flask, as_admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=5 * 10**6))
    line.exchange = SimpleNamespace(is_up=lambda: False, ring=lambda _name: None)
    with app.app_context():
        judging_worker(clock_difference_s=3600.0, version="0.0.1")
        factories.add(JobRun(name="purge", last_error="OperationalError: no"))
        with db.session.begin():
            enqueue(db.session, GRADE_SUBMISSION, 1, place=Place(needs={"csharp"}))

    page = as_admin.get(ADDRESS).text

    for part in (
        "The disk of this server is nearly full: 5 MB",
        "Redis cannot be reached",
        "3600 s ahead",
        "is Étude 0.0.1",
        "The job purge failed: OperationalError: no",
        "No worker can judge C#",
        "There is no backup of the last two days",
        '<code translate="no">etude backup create</code>',
    ):
        assert part in page


def test_silent_worker_is_told_and_shown(time: Time, app: Flask, as_admin: FlaskClient) -> None:
    with app.app_context():
        judging_worker()
    time.forward(minutes=5)

    page = as_admin.get(ADDRESS).text

    assert "has not been heard of for more than a minute" in page
    assert "Silent" in page


def test_worker_that_keeps_dying_is_told(app: Flask, as_admin: FlaskClient) -> None:
    app.extensions[CHILD_DEATHS] = deaths = ChildDeaths()
    pages = []

    for count in (2, 3):
        deaths.count = count
        pages.append(as_admin.get(ADDRESS).text)

    said = "ends soon after each start: 3 times in a row"
    assert [said in page for page in pages] == [False, True]


def test_past_outages_are_told_with_their_times(app: Flask, as_admin: FlaskClient) -> None:
    before = as_admin.get(ADDRESS).text
    ended_at = clock.now()
    with app.app_context():
        for service, length_s in ((Service.DATABASE, 31), (Service.REDIS, 600)):
            factories.add(Outage(service=service, began_at=ended_at - timedelta(seconds=length_s), ended_at=ended_at))

    page = as_admin.get(ADDRESS).text

    assert "Neither the database nor Redis was away." in before
    for part in ("Outages of the last 90 days", "The database", "31 s", "Redis", "10 min"):
        assert part in page


def test_page_is_for_admins_alone(as_teacher: FlaskClient, as_student: FlaskClient, client: FlaskClient) -> None:
    assert [one.get(ADDRESS).status_code for one in (as_teacher, as_student, client)] == [403, 403, 302]


def test_page_costs_the_same_for_one_task_and_for_500(app: Flask, as_admin: FlaskClient) -> None:
    as_admin.get(ADDRESS)
    counts = []
    for more in (1, 499):
        with app.app_context(), db.session.begin():
            for number in range(more):
                enqueue(db.session, GRADE_SUBMISSION, number)
        with count_queries(app) as sent:
            as_admin.get(ADDRESS)
        counts.append(sent.count)

    assert counts[0] == counts[1] <= 12
