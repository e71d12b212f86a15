"""The server of the database is gone for half a minute while answers are judged: everything comes back by itself."""

from __future__ import annotations

import threading
import urllib.error
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.core import clock, schema
from etude.extensions import db
from etude.models import JobRun, Outage, Submission
from etude.models.submission import SubmissionState
from tests import classroom, factories, servers
from tests.installation import Visitor, running, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.installation import Installation

AWAY_S = 30.0
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ANSWERS = 8
SLOW = "for _ in range(2_000_000): pass\n"
"""So that answers are still being judged when the database goes."""


@pytest.fixture(scope="module")
def server() -> Iterator[servers.Postgres]:
    with servers.postgres() as server:
        yield server


@pytest.fixture
def database_url(server: servers.Postgres) -> Iterator[str]:
    with server.database() as url:
        yield url


@pytest.fixture
def site(app: Flask, database_url: str) -> Iterator[Installation]:
    """The school of `app` as it is served, with its worker and its scheduler."""
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")
    with running(app.extensions["etude"].data, ETUDE_DATABASE_URL=database_url) as site:
        yield site


def status_of(visitor: Visitor, path: str) -> int:
    try:
        visitor.get(path)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code
    return 200


def is_swept_since(app: Flask, at: datetime) -> bool:
    """Tell whether the scheduler's job of every minute has ended well since a time."""
    with app.app_context():
        swept = db.session.get(JobRun, "sweep")
        return swept is not None and swept.last_succeeded_at is not None and swept.last_succeeded_at > at


def count_judged(app: Flask) -> int:
    with app.app_context():
        judged = sa.select(sa.func.count()).where(Submission.state == SubmissionState.JUDGED)
        return db.session.scalar(judged.select_from(Submission))


@pytest.mark.long
def test_web_worker_and_scheduler_come_back_and_nothing_is_lost_or_judged_wrongly(
    app: Flask, people: factories.People, as_admin: FlaskClient, server: servers.Postgres, site: Installation
) -> None:
    with app.app_context():
        room = classroom.open_room(people)
    student = Visitor(site)
    student.post("/auth/sign-in", login="ben", password=factories.PASSWORD)
    wait_for(lambda: is_swept_since(app, LONG_AGO), "the scheduler")
    processes = {site.process.pid, *(one.pid for one in site.processes()[0].children())}
    with app.app_context():
        codes = [SLOW + (classroom.RIGHT if number % 2 else classroom.NOTHING_RIGHT) for number in range(ANSWERS)]
        ids = [classroom.submit(room, people.ben, code) for code in codes]
    wait_for(lambda: count_judged(app) > 0, "the first verdict")

    server.stop()
    went_at = clock.now()
    told = {status_of(student, room.path)}
    threading.Event().wait(AWAY_S)
    told.add(status_of(student, room.path))
    server.start()
    came_at = clock.now()
    with app.app_context():
        db.engine.dispose()

    classroom.wait_until_judged(app, *ids, timeout_s=60)
    wait_for(lambda: is_swept_since(app, came_at), "the scheduler after the outage", timeout_s=90)
    page = as_admin.get("/school/health").text
    with app.app_context():
        rows = [db.session.get(Submission, one) for one in ids]
        [outage] = Outage.get_latest(db.session)
        assert [row.status for row in rows] == ["AC" if number % 2 else "WA" for number in range(ANSWERS)]
        assert {row.deliveries for row in rows} <= {1, 2}
    assert told == {503}
    assert status_of(student, room.path) == 200
    assert {site.process.pid, *(one.pid for one in site.processes()[0].children())} == processes
    assert outage.service == "database"
    assert abs((outage.began_at - went_at).total_seconds()) < 5
    assert abs((outage.ended_at - came_at).total_seconds()) < 10
    assert "Neither the database nor Redis was away." not in page
