"""Workers of other machines: they have the database and nothing else of the school."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from etude import __version__
from etude.core import clock
from etude.extensions import db
from etude.models import ActivityVersion, Submission, WorkerState
from etude.models.submission import SubmissionState
from etude.queue import GRADE_SUBMISSION, PROTOCOL, DatabaseBroker
from tests import classroom, factories, servers
from tests.gate import held
from tests.installation import environment, etude, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

LEASE_S = 30.0


@pytest.fixture(scope="module")
def server() -> Iterator[servers.Postgres]:
    with servers.postgres() as server:
        yield server


@pytest.fixture
def database_url(server: servers.Postgres) -> Iterator[str]:
    with server.database() as url:
        yield url


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The data folder of the other machine; it is not there yet."""
    return tmp_path / "other" / "data"


@pytest.fixture
def start(elsewhere: Path, database_url: str) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a worker there; in the end it is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: object, **changes: str) -> subprocess.Popen[bytes]:
        words = [sys.executable, *(str(word) for word in command)]
        values = {"ETUDE_DATABASE_URL": database_url, "ETUDE_TEST_DATABASE_URL": database_url, **changes}
        process = subprocess.Popen(
            words, env=environment(**values), start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        if psutil.pid_exists(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def program(elsewhere: Path, *more: object) -> list[object]:
    elsewhere.mkdir(parents=True, exist_ok=True)
    return [Path(__file__).parents[1] / "worker_program.py", elsewhere, LEASE_S, *more]


def log_of(elsewhere: Path) -> str:
    path = elsewhere / "logs" / "worker.log"
    return path.read_text() if path.exists() else ""


def states(app: Flask) -> list[WorkerState]:
    with app.app_context():
        return list(WorkerState.get_known(db.session))


def test_worker_judges_with_the_database_and_an_empty_folder(
    app: Flask, room: classroom.Room, people: factories.People, elsewhere: Path, start: Callable[..., object]
) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)

    start("-m", "etude", "--data", elsewhere, "worker")
    classroom.wait_until_judged(app, submission_id, timeout_s=60)

    with app.app_context():
        assert db.session.get(Submission, submission_id).status == "AC"
        digest = db.session.get(ActivityVersion, room.version).digest
    assert [path.name for path in (elsewhere / "cache" / "contents").iterdir()] == [digest]
    assert not (elsewhere / "secret.key").exists()
    assert elsewhere.stat().st_mode & 0o777 == 0o700


@pytest.mark.long
def test_worker_says_what_it_is(app: Flask, elsewhere: Path, start: Callable[..., object]) -> None:
    start("-m", "etude", "--data", elsewhere, "worker")

    [one] = wait_for(lambda: states(app), "a sign of life")

    assert (one.tier, one.fault, one.version, one.protocol) == ("full", "", __version__, PROTOCOL)
    assert one.languages["python"].startswith("Python 3")
    assert one.cores >= 1
    assert one.free_bytes > 0
    assert abs(one.clock_difference_s) < 5


@pytest.mark.long
def test_worker_without_a_school_is_told_where_to_say_it(tmp_path: Path) -> None:
    done = etude("worker", "--data", str(tmp_path / "nothing"))

    assert done.returncode == 2
    assert "ETUDE_DATABASE_URL" in done.stderr
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("ahead_s", [3600, pytest.param(-3600, marks=pytest.mark.long)])
def test_worker_with_a_wrong_clock_takes_nobodys_task_and_says_so(
    app: Flask,
    room: classroom.Room,
    people: factories.People,
    elsewhere: Path,
    start: Callable[..., object],
    ahead_s: int,
) -> None:
    with app.app_context():
        held = classroom.submit(room, people.ben)
        broker = DatabaseBroker(db.engine, lease_s=600, middleware=[])
        assert broker.claim(GRADE_SUBMISSION.queue) is not None
        free = classroom.submit(room, people.ben)

    start(*program(elsewhere, ahead_s))
    classroom.wait_until_judged(app, free, timeout_s=60)

    with app.app_context():
        judged = db.session.get(Submission, free)
        assert abs(judged.judged_at - clock.now()) < timedelta(minutes=2)
        assert db.session.get(Submission, held).state is SubmissionState.QUEUED
    [one] = wait_for(lambda: states(app), "a sign of life")
    assert one.clock_difference_s == pytest.approx(ahead_s, abs=5)
    assert abs(one.seen_at - clock.now()) < timedelta(minutes=2)


@pytest.mark.long
def test_result_is_kept_while_the_database_is_away(
    app: Flask,
    room: classroom.Room,
    people: factories.People,
    elsewhere: Path,
    start: Callable[..., subprocess.Popen[bytes]],
    server: servers.Postgres,
) -> None:
    gate = elsewhere.parent / "gate"
    command = program(elsewhere)
    os.mkfifo(gate)
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)
    worker = start(*command, ETUDE_TEST_GATE=str(gate))

    with held(gate):
        server.stop()
    wait_for(lambda: "result_kept" in log_of(elsewhere), "a result that cannot be recorded")
    server.start()
    with app.app_context():
        db.engine.dispose()
    classroom.wait_until_judged(app, submission_id, timeout_s=60)

    with app.app_context():
        row = db.session.get(Submission, submission_id)
        assert (row.status, row.deliveries) == ("AC", 1)
        next_id = classroom.submit(room, people.ben)
    classroom.wait_until_judged(app, next_id, timeout_s=60)
    assert worker.poll() is None
