"""The work queue on Redis, for several machines: sent after the commit, taken up again, judged by the same actors."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import redis

from etude.app import create_app
from etude.core.caching import memory
from etude.extensions import db
from etude.models import Base, School, Submission
from etude.models.submission import sweeping
from etude.models.submission.sweeping import STUCK_AFTER_ELSEWHERE
from etude.queue import GRADE_SUBMISSION, TaskMessage, enqueue
from etude.queue import redis as redis_queue
from etude.queue.sending import outlet
from tests import classroom, factories, servers
from tests.installation import environment, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dramatiq
    from flask import Flask

    from etude.config import Config
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time

QUEUE = GRADE_SUBMISSION.queue
HOLDER = """
import sys
from etude.queue import redis
redis.HEARTBEAT_TIMEOUT_MS = 500
consumer = redis.make_redis_broker(sys.argv[1]).consume("grading", prefetch=1, timeout=5000)
message = None
while message is None:
    message = next(consumer)
print(message.message_id, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with servers.redis_server() as url:
        yield url


@pytest.fixture
def app(config: Config, server: str) -> Iterator[Flask]:
    """An application whose tasks, counters and cached pages are in Redis."""
    with redis.Redis.from_url(server) as client:
        client.flushall()
    app = create_app(replace(config, redis_url=server))
    memory.clear()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with db.session.begin():
            db.session.add(School(id=1, name="École de test", locale="en", zone="America/Toronto", contact="Ada"))
    yield app
    with app.app_context():
        db.engine.dispose()
    outlet.broker.close()
    outlet.broker = outlet.doorbell = None
    memory.clear()


@pytest.fixture
def broker(app: Flask) -> dramatiq.Broker:
    broker = outlet.broker
    assert broker is not None
    broker.declare_queue(QUEUE)
    return broker


def waiting(server: str) -> int:
    """Return how many grading tasks are in Redis."""
    with redis.Redis.from_url(server) as client:
        return int(client.hlen(f"dramatiq:{QUEUE}.msgs"))


def test_a_task_is_sent_after_the_commit_and_not_before(
    session: UnitOfWorkSession, broker: dramatiq.Broker, server: str
) -> None:
    with session.begin():
        enqueue(session, GRADE_SUBMISSION, 1)
        before = waiting(server)

    assert (before, waiting(server)) == (0, 1)
    assert session.query(TaskMessage).count() == 0


def test_a_task_whose_row_was_never_committed_is_never_sent(
    session: UnitOfWorkSession, broker: dramatiq.Broker, server: str
) -> None:
    with pytest.raises(ValueError, match="no"), session.begin():
        enqueue(session, GRADE_SUBMISSION, 1)
        raise ValueError("no")

    assert waiting(server) == 0


def test_the_task_of_a_killed_worker_comes_back(
    session: UnitOfWorkSession, broker: dramatiq.Broker, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_queue, "HEARTBEAT_TIMEOUT_MS", 500)
    with session.begin():
        sent = enqueue(session, GRADE_SUBMISSION, 1)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, server], env=environment(), text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    with holder:
        assert holder.stdout.readline().strip() == sent
        holder.kill()
    other = redis_queue.make_redis_broker(server)
    consumer = other.consume(QUEUE, prefetch=1, timeout=100)

    message = wait_for(lambda: next(consumer), "the task")

    assert message.message_id == sent
    consumer.ack(message)
    other.close()


def test_submissions_are_judged_by_the_same_actors(app: Flask, people: factories.People, server: str) -> None:
    with app.app_context():
        room = classroom.open_room(people)
        ids = [classroom.submit(room, people.ben, code) for code in (classroom.RIGHT, classroom.NOTHING_RIGHT)]

    with classroom.running_worker(app):
        classroom.wait_until_judged(app, *ids)

    with app.app_context():
        assert [db.session.get(Submission, one).status for one in ids] == ["AC", "WA"]
    assert waiting(server) == 0


def test_what_was_lost_between_commit_and_sending_is_sent_again(
    time: Time, app: Flask, people: factories.People, broker: dramatiq.Broker, server: str
) -> None:
    with app.app_context():
        classroom.submit(classroom.open_room(people), people.ben)
        broker.flush_all()

        def sweep() -> int:
            with db.session.begin():
                return sweeping.sweep(db.session, time())

        time.forward(seconds=(STUCK_AFTER_ELSEWHERE - timedelta(seconds=1)).total_seconds())
        too_early = sweep()
        time.forward(seconds=2)
        sent = sweep()
        again = sweep()

    assert (too_early, sent, again) == (0, 1, 0)
    assert waiting(server) == 1


def test_tries_at_signing_in_are_counted_for_all_machines(app: Flask, config: Config, server: str) -> None:
    factories.post(app.test_client(), "/auth/sign-in", {"login": "nobody", "password": "wrong"})

    with redis.Redis.from_url(server) as client:
        keys: list[Any] = client.keys("LIMITS:*")

    assert keys
