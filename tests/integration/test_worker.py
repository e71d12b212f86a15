from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time as system_time
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.content import ActivityLimits
from etude.core import clock
from etude.extensions import db
from etude.jail import Isolation
from etude.models import AuditEntry, Event, Override, Progress, Submission, TestOutcome, WorkerState
from etude.models.retention import purge_batch
from etude.models.submission import SubmissionState, judging
from etude.models.submission.sweeping import sweep
from etude.queue import TaskMessage
from etude.web import judges
from etude.worker import running
from tests import classroom, factories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from tests.conftest import Time

LEASE_S = 2.0


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


class Workers:
    """Worker processes on one data folder."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.alive: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        program = Path(__file__).parents[1] / "worker_program.py"
        command = [sys.executable, str(program), str(self._config.data), str(LEASE_S)]
        self.alive.append(subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True))

    def kill_one(self) -> None:
        victim = self.alive.pop(0)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()

    def stop(self) -> float:
        """Stop all in order; return how many seconds the slowest took."""
        begun = system_time.monotonic()
        for process in self.alive:
            process.terminate()
        for process in self.alive:
            process.wait(20)
        self.alive.clear()
        return system_time.monotonic() - begun


@pytest.fixture
def workers(config: Config, app: Flask) -> Iterator[Workers]:
    workers = Workers(config)
    yield workers
    for process in workers.alive:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def judged(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(
            sa.select(sa.func.count()).select_from(Submission).where(Submission.state == SubmissionState.JUDGED)
        )


def survive_kills(app: Flask, workers: Workers, submission_ids: list[int], *, kills: int) -> None:
    """Kill a worker now and then until all is judged; there are always two."""
    chance = random.Random(7)
    workers.start()
    workers.start()
    killed = 0
    end = system_time.monotonic() + 300
    while judged(app) < len(submission_ids):
        assert system_time.monotonic() < end, "not judged in time"
        if killed < kills and judged(app) >= killed * len(submission_ids) // (kills + 1) and judged(app):
            threading.Event().wait(chance.uniform(0, 0.2))
            workers.kill_one()
            workers.start()
            killed += 1
        classroom.pause()
    assert killed == kills


def assert_each_judged_once(app: Flask, submission_ids: list[int]) -> None:
    with app.app_context():
        rows = [db.session.get(Submission, one) for one in submission_ids]
        assert Counter(row.status for row in rows) == {"AC": len(rows)}
        outcomes = db.session.execute(
            sa.select(TestOutcome.submission_id, sa.func.count()).group_by(TestOutcome.submission_id)
        )
        assert {tuple(row) for row in outcomes} == {(one, 3) for one in submission_ids}
    # A task is dropped after its result was stored; a worker killed in between leaves it to the next lease.
    end = system_time.monotonic() + 60
    while waiting(app):
        assert system_time.monotonic() < end, "a task is left over"
        classroom.pause()


def waiting(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(TaskMessage))


def hand_in_many(app: Flask, room: classroom.Room, user_id: int, count: int) -> list[int]:
    with app.app_context():
        return [classroom.submit(room, user_id) for _ in range(count)]


@pytest.mark.long
def test_submissions_survive_killed_workers(
    app: Flask, room: classroom.Room, people: factories.People, workers: Workers
) -> None:
    submission_ids = hand_in_many(app, room, people.ben, 20)

    survive_kills(app, workers, submission_ids, kills=2)

    assert_each_judged_once(app, submission_ids)


@pytest.mark.long
def test_200_submissions_survive_9_killed_workers(
    app: Flask, room: classroom.Room, people: factories.People, workers: Workers
) -> None:
    submission_ids = hand_in_many(app, room, people.ben, 200)

    survive_kills(app, workers, submission_ids, kills=9)

    assert_each_judged_once(app, submission_ids)
    with app.app_context():
        assert str(Progress.get_for(db.session, room.assignment, people.ben).best_score) == "10.00"


def test_stop_gives_back_what_takes_long_within_five_seconds(
    app: Flask, room: classroom.Room, people: factories.People, workers: Workers
) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben, "import time\ntime.sleep(60)\n")
    workers.start()
    while not_in_state(app, submission_id, SubmissionState.JUDGING):
        classroom.pause()

    seconds = workers.stop()

    assert seconds < 5
    with app.app_context():
        submission = db.session.get(Submission, submission_id)
        assert (submission.state, submission.deliveries) == (SubmissionState.QUEUED, 0)
        assert db.session.scalar(sa.select(TaskMessage.claim)) is None


def not_in_state(app: Flask, submission_id: int, state: SubmissionState) -> bool:
    with app.app_context():
        return db.session.get(Submission, submission_id).state is not state


def test_answer_that_kills_its_workers_ends_as_an_internal_error(
    app: Flask, room: classroom.Room, people: factories.People
) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)
        for _ in range(judging.MAX_DELIVERIES + 1):
            with db.session.begin():
                judging.claim(db.session, submission_id, clock.now())

        submission = db.session.get(Submission, submission_id)
        assert (submission.state, submission.status) == (SubmissionState.JUDGED, "IE")
        assert Progress.get_for(db.session, room.assignment, people.ben).attempts_used == 0


def test_result_of_a_worker_that_was_taken_for_dead_is_dropped(
    app: Flask, room: classroom.Room, people: factories.People
) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)
        with db.session.begin():
            slow = judging.claim(db.session, submission_id, clock.now())
        with db.session.begin():
            quick = judging.claim(db.session, submission_id, clock.now())
        with db.session.begin():
            first = judging.record(db.session, quick, judging.fault("quick"), clock.now())
        with db.session.begin():
            second = judging.record(db.session, slow, judging.fault("slow"), clock.now())

        assert (first, second) == (True, False)
        assert db.session.get(Submission, submission_id).verdict["message"]["id"] == "quick"


def test_machine_that_cannot_isolate_waits_says_why_and_begins_without_a_restart(
    app: Flask,
    room: classroom.Room,
    people: factories.People,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [Isolation(tier="none", reason="AppArmor forbids it.", fix="sudo sysctl x=1")]
    asked = threading.Event()

    def probe(**_values: object) -> Isolation:
        asked.set()
        return found[0]

    monkeypatch.setattr(running, "probe", probe)
    monkeypatch.setattr(running, "PROBE_EVERY_S", 0.1)
    monkeypatch.setattr(running, "LOOK_EVERY_S", 0.1)
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)

    with classroom.running_worker(app):
        asked.wait(20)
        wait_for_worker(app)
        told_student = as_student.get(f"/submissions/{submission_id}").text
        told_teacher = as_teacher.get(f"/submissions/{submission_id}").text
        found[0] = Isolation(tier="full", reason="fine")
        classroom.wait_until_judged(app, submission_id)

    assert "Your answer is kept" in told_student
    assert "AppArmor" not in told_student
    assert "AppArmor forbids it." in told_teacher
    assert "sudo sysctl x=1" in told_teacher


def wait_for_worker(app: Flask) -> None:
    for _ in range(1000):
        with app.app_context():
            judges.cache().clear()
            if WorkerState.get_alive(db.session, clock.now()):
                return
        classroom.pause()
    raise AssertionError("no worker")


@pytest.mark.long
def test_slow_student_gets_the_time_that_the_override_gives(app: Flask, people: factories.People) -> None:
    slow = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass\n" + classroom.RIGHT
    with app.app_context():
        room = classroom.open_room(
            people, made_of=classroom.content(limits=ActivityLimits(time_s=Decimal("0.3"), memory_mb=128))
        )
        before = classroom.submit(room, people.ben, slow)
    with classroom.running_worker(app):
        classroom.wait_until_judged(app, before, timeout_s=60)
        with app.app_context():
            factories.add(Override(assignment_id=room.assignment, user_id=people.ben, time_factor=2.0))
            after = classroom.submit(room, people.ben, slow)
        classroom.wait_until_judged(app, after, timeout_s=60)

    with app.app_context():
        assert db.session.get(Submission, before).status == "TLE"
        assert db.session.get(Submission, after).status == "AC"


def test_sweep_sends_again_what_lost_its_task_and_nothing_else(
    time: Time, app: Flask, people: factories.People
) -> None:
    with app.app_context():
        room = classroom.open_room(people)
        lost, waiting = classroom.submit(room, people.ben), classroom.submit(room, people.ben)
        with db.session.begin():
            db.session.execute(sa.delete(TaskMessage).where(TaskMessage.subject == f"grade_submission:{lost}"))
        time.forward(minutes=2)

        with db.session.begin():
            sent = sweep(db.session, time.at)
        with db.session.begin():
            again = sweep(db.session, time.at)

        assert (sent, again) == (1, 0)
        assert set(db.session.scalars(sa.select(TaskMessage.subject))) == {
            f"grade_submission:{lost}",
            f"grade_submission:{waiting}",
        }


def test_purge_forgets_events_and_runs_of_yesterday_and_keeps_the_audit_log(
    time: Time, app: Flask, people: factories.People
) -> None:
    with app.app_context():
        room = classroom.open_room(people)
        classroom.submit(room, people.ben)
        entries = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))

        with db.session.begin():
            purge_batch(db.session, Event, time.at + timedelta(days=2))

        assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == entries
