"""Redis beside the database of several machines: it carries rings, counts tries, keeps pages, and may go away."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import redis

from etude.app import create_app
from etude.core import clock
from etude.core.caching import memory
from etude.extensions import db, limiter
from etude.models import Base, School, Submission
from etude.queue import TaskMessage
from etude.queue import redis as redis_queue
from etude.queue.doorbell import Doorbell, line
from etude.queue.redis import RedisExchange
from etude.queue.sending import outlet
from tests import classroom, factories, servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from etude.config import Config


@pytest.fixture
def server() -> Iterator[servers.Redis]:
    with servers.redis_server() as server:
        yield server


@pytest.fixture
def app(config: Config, server: servers.Redis) -> Iterator[Flask]:
    """An application whose rings, counters and cached pages go through Redis."""
    app = create_app(replace(config, redis_url=server.url))
    memory.clear()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with db.session.begin():
            db.session.add(School(id=1, name="École de test", locale="en", zone="America/Toronto", contact="Ada"))
    yield app
    with app.app_context():
        db.engine.dispose()
    outlet.doorbell = line.exchange = None
    limiter._storage_dead = False  # the library's one limiter is every application's of this process
    memory.clear()


class Listener:
    """Counts the rings that reach another machine."""

    def __init__(self, url: str) -> None:
        self.count = 0
        self._news = threading.Condition()
        self.exchange = RedisExchange(url)
        self._end = self.exchange.listen("web.sock", self._rung)

    def _rung(self) -> None:
        with self._news:
            self.count += 1
            self._news.notify_all()

    def wait_for_more_than(self, count: int) -> bool:
        with self._news:
            return self._news.wait_for(lambda: self.count > count, 20)

    def close(self) -> None:
        self._end()


@pytest.fixture
def listener(server: servers.Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setattr(redis_queue, "AGAIN_S", 0.05)
    listener = Listener(server.url)
    assert listener.wait_for_more_than(0)  # it looks once when it begins to listen
    yield listener
    listener.close()


def test_ring_reaches_the_other_machine(server: servers.Redis, listener: Listener) -> None:
    before = listener.count

    RedisExchange(server.url).ring("web.sock")

    assert listener.wait_for_more_than(before)


def test_doorbell_of_this_machine_is_rung_from_another(app: Flask, server: servers.Redis, tmp_path: Path) -> None:
    with Doorbell(tmp_path / "worker.sock") as bell:
        assert bell.wait(20)  # the look when it begins to listen

        RedisExchange(server.url).ring("worker.sock")

        assert bell.wait(20)


def test_listener_comes_back_after_a_restart_and_looks_at_once(server: servers.Redis, listener: Listener) -> None:
    before = listener.count

    server.restart()

    assert listener.wait_for_more_than(before)
    [(began_at, ended_at)] = listener.exchange.take_outages()
    assert began_at < ended_at <= clock.now()
    assert listener.exchange.take_outages() == []
    before = listener.count
    RedisExchange(server.url).ring("web.sock")
    assert listener.wait_for_more_than(before)


def test_submissions_are_judged_whatever_becomes_of_redis(
    app: Flask, people: factories.People, server: servers.Redis
) -> None:
    with app.app_context():
        room = classroom.open_room(people)

    with classroom.running_worker(app):
        with app.app_context():
            first = classroom.submit(room, people.ben)
        classroom.wait_until_judged(app, first, timeout_s=60)
        server.stop()
        with app.app_context():
            second = classroom.submit(room, people.ben, classroom.NOTHING_RIGHT)
        classroom.wait_until_judged(app, second, timeout_s=60)
        server.start()
        with app.app_context():
            third = classroom.submit(room, people.ben)
        classroom.wait_until_judged(app, third, timeout_s=60)

    with app.app_context():
        assert [db.session.get(Submission, one).status for one in (first, second, third)] == ["AC", "WA", "AC"]
        assert db.session.query(TaskMessage).count() == 0


def test_pages_are_there_while_redis_is_not(app: Flask, people: factories.People, server: servers.Redis) -> None:
    student = factories.sign_in(app, people.ben)
    server.stop()

    answers = [student.get("/courses").status_code, app.test_client().get("/help/students").status_code]
    server.start()

    assert answers == [200, 200]


def test_tries_at_signing_in_are_counted_for_all_machines(app: Flask, server: servers.Redis) -> None:
    factories.post(app.test_client(), "/auth/sign-in", {"login": "nobody", "password": "wrong"})

    with redis.Redis.from_url(server.url) as client:
        keys: list[Any] = client.keys("LIMITS:*")

    assert keys
