"""Machines that cannot judge for the moment: they take nothing, lose nothing, blame nobody, and say what is wrong."""

from __future__ import annotations

import errno
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from dramatiq.errors import Retry

from etude import __version__
from etude.core import clock
from etude.extensions import db
from etude.grading.jail_pool import JailPool
from etude.models import Outage, Submission, WorkerState
from etude.models.submission import SubmissionState
from etude.queue import DatabaseBroker, TaskMessage
from etude.queue.doorbell import line
from etude.worker import actors as actors_module
from etude.worker import faults, outages, recording, running
from etude.worker.actors import Actors
from etude.worker.outages import OutageWatch
from tests import classroom, factories
from tests.installation import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PROBE_EVERY_S", 0.1)
    monkeypatch.setattr(running, "LOOK_EVERY_S", 0.05)


class Disk:
    """How much is free, as the worker is told."""

    free = 10**12


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(faults, "free_bytes", lambda _folder: disk.free)
    return disk


def fault_of(app: Flask) -> tuple[str, dict[str, str]] | None:
    """Return what the worker says is wrong; None while it says nothing or nothing is."""
    with app.app_context():
        alive = WorkerState.get_alive(db.session, clock.now())
        return alive[0].get_reason() if alive and alive[0].fault else None


def state_of(app: Flask, submission_id: int) -> tuple[SubmissionState, int]:
    with app.app_context():
        row = db.session.get(Submission, submission_id)
        return row.state, row.deliveries


@pytest.mark.usefixtures("_impatient")
def test_worker_whose_disk_is_full_takes_nothing_until_there_is_room(
    app: Flask, room: classroom.Room, people: factories.People, disk: Disk, as_teacher: FlaskClient
) -> None:
    disk.free = 5 << 20
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)

    with classroom.running_worker(app):
        sentence, values = wait_for(lambda: fault_of(app), "the fault")
        page = as_teacher.get(f"/submissions/{submission_id}").text
        waiting = state_of(app, submission_id)
        disk.free = 10**12
        classroom.wait_until_judged(app, submission_id, timeout_s=60)

    assert "disk is full" in sentence
    assert values["free"] == "5"
    assert "Its disk is full: 5 MB" in page
    assert waiting == (SubmissionState.QUEUED, 0)


@pytest.mark.usefixtures("_impatient")
def test_worker_of_another_version_than_the_database_takes_nothing(
    app: Flask, room: classroom.Room, people: factories.People
) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('9999')")

    with classroom.running_worker(app):
        _sentence, values = wait_for(lambda: fault_of(app), "the fault")
        waiting = state_of(app, submission_id)
        with app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
        classroom.wait_until_judged(app, submission_id, timeout_s=60)

    assert (values["version"], values["found"]) == (__version__, "9999")
    assert waiting == (SubmissionState.QUEUED, 0)


@pytest.fixture
def actors(app: Flask) -> Iterator[Actors]:
    pool = JailPool(1)
    yield Actors(app, app.extensions["etude"], pool)
    pool.close()


def submitted(app: Flask, room: classroom.Room, user_id: int, code: str = classroom.RIGHT, **values: Any) -> int:
    with app.app_context():
        return classroom.submit(room, user_id, code, **values)


def test_disk_that_fills_up_in_mid_judgement_costs_nothing(
    app: Flask, room: classroom.Room, people: factories.People, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_arguments: object, **_values: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(actors_module, "grade", fill)
    submission_id = submitted(app, room, people.ben)

    with pytest.raises(Retry):
        actors.grade_submission(submission_id)

    assert actors.suspects_fault
    assert state_of(app, submission_id) == (SubmissionState.QUEUED, 0)


def test_fault_of_ours_on_a_machine_with_a_full_disk_is_no_verdict(
    app: Flask, room: classroom.Room, people: factories.People, actors: Actors, disk: Disk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def refuse(*_arguments: object, **_values: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("etude.grading.cache.BuildCache.store", refuse)
    submission_id = submitted(app, room, people.ben, "int main(void) { return 0; }", language="c", name="main.c")
    disk.free = 0

    with pytest.raises(Retry):
        actors.grade_submission(submission_id)

    assert state_of(app, submission_id) == (SubmissionState.QUEUED, 0)


def test_language_that_vanished_from_the_machine_is_no_verdict(
    app: Flask, room: classroom.Room, people: factories.People, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actors_module, "_is_here", lambda name: name != "c")
    submission_id = submitted(app, room, people.ben, "int main(void) { return 0; }", language="c")

    with pytest.raises(Retry):
        actors.grade_submission(submission_id)

    assert state_of(app, submission_id) == (SubmissionState.QUEUED, 0)


def test_answer_in_a_language_that_nobody_judges_waits_and_says_so(
    app: Flask, room: classroom.Room, people: factories.People, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        factories.add(WorkerState(name="one", seen_at=clock.now(), tier="full", languages={"python": "3"}))
    submission_id = submitted(app, room, people.ben, "int main(void) { return 0; }", language="c")

    told_student = as_student.get(f"/submissions/{submission_id}").text
    told_teacher = as_teacher.get(f"/submissions/{submission_id}").text

    assert "Programs in C cannot be judged at the moment. Your answer is kept" in told_student
    assert "No worker that is running can judge C." in told_teacher
    assert "apt install" in told_teacher


@pytest.mark.parametrize("failures", [2, 240])  # of fifteen seconds each: an hour
def test_result_is_recorded_once_when_the_database_is_back_after_any_time(
    app: Flask,
    room: classroom.Room,
    people: factories.People,
    actors: Actors,
    monkeypatch: pytest.MonkeyPatch,
    failures: int,
) -> None:
    submission_id = submitted(app, room, people.ben)
    away = iter([*[True] * failures, False])
    record = recording.judging.record

    def flaky(*arguments: Any) -> bool:
        if next(away):
            raise sa.exc.OperationalError("", {}, Exception("server closed the connection"))
        return record(*arguments)

    monkeypatch.setattr(recording.judging, "record", flaky)
    monkeypatch.setattr(recording, "RECORD_AGAIN_S", (0, 0, 0))
    monkeypatch.setattr(recording, "answers", lambda: False)

    actors.grade_submission(submission_id)

    with app.app_context():
        row = db.session.get(Submission, submission_id)
        assert (row.status, row.deliveries) == ("AC", 1)
        assert db.session.query(TaskMessage).count() == 1  # the broker drops it, not the actor


def test_result_that_a_living_database_does_not_take_is_tried_again_later(
    app: Flask, room: classroom.Room, people: factories.People, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission_id = submitted(app, room, people.ben)
    tries = []

    def refuse(*_arguments: Any) -> bool:
        tries.append(1)
        raise sa.exc.OperationalError("", {}, Exception("program limit exceeded"))

    monkeypatch.setattr(recording.judging, "record", refuse)
    monkeypatch.setattr(recording, "RECORD_AGAIN_S", (0, 0, 0))

    with pytest.raises(sa.exc.OperationalError):
        actors.grade_submission(submission_id)

    assert len(tries) == 4
    assert state_of(app, submission_id) == (SubmissionState.JUDGING, 1)


class Away:
    """A database that does not answer while it is away, and notices of it."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        with app.app_context():
            self.broker = DatabaseBroker(db.engine, middleware=[])
        self._watch = OutageWatch(app, [self.broker])
        self.is_there = True
        monkeypatch.setattr(outages, "answers", lambda: self.is_there)

    def look(self, *, is_there: bool) -> bool:
        self.is_there = is_there
        self._watch.look()
        return self._watch.is_database_away


def written(app: Flask) -> list[tuple[str, float]]:
    with app.app_context():
        return [(one.service, one.length_s) for one in Outage.get_latest(db.session)]


def test_outage_of_the_database_is_written_down_once_it_is_back(
    app: Flask, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Away(app, monkeypatch)
    away.broker.failed_at = clock.now()

    seen = [away.look(is_there=False)]
    time.forward(seconds=30)
    seen += [away.look(is_there=False), away.look(is_there=True), away.look(is_there=True)]

    assert seen == [True, True, False, False]
    assert written(app) == [("database", 30.0)]
    assert away.broker.failed_at is None


def test_statement_that_failed_while_the_database_answers_is_no_outage(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Away(app, monkeypatch)
    away.broker.failed_at = clock.now()

    assert not away.look(is_there=True)
    assert away.broker.failed_at is None
    assert written(app) == []


def test_outage_of_redis_is_written_down_when_the_database_is_there(
    app: Flask, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Away(app, monkeypatch)
    noticed = [(clock.now() - timedelta(seconds=600), clock.now())]
    heard = iter([noticed, []])
    monkeypatch.setattr(line, "exchange", SimpleNamespace(take_outages=lambda: next(heard)))
    away.broker.failed_at = clock.now()

    away.look(is_there=False)
    meanwhile = written(app)
    time.forward(seconds=1)
    away.look(is_there=True)

    assert meanwhile == []
    assert written(app) == [("database", 1.0), ("redis", 600.0)]
