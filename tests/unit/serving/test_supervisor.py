from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest

from etude.app import create_app
from etude.config import Config
from etude.core import signals
from etude.core.child_deaths import CHILD_DEATHS
from etude.serving import addresses, supervisor
from etude.serving.supervisor import Opening, Site, ThreadWorker, WebWorker, WorkerChild, gunicorn_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

OBEDIENT = """
import signal, threading
signal.signal(signal.SIGTERM, lambda *_: exit(0))
print('up', flush=True)
threading.Event().wait(60)
"""
STUBBORN = OBEDIENT.replace("lambda *_: exit(0)", "signal.SIG_IGN")
LEAVING = """
import atexit
from etude.serving.leaving import leave
atexit.register(print, 'late')
print('said')
leave(3)
"""


class Program:
    """Stands for `etude worker`: another program, and what it was started with."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.started: list[subprocess.Popen[bytes]] = []
        self.commands: list[list[str]] = []
        self._popen = subprocess.Popen

    def __call__(self, command: list[str], **options: object) -> subprocess.Popen[bytes]:
        self.commands.append(command)
        process = self._popen([sys.executable, "-c", self.source], stdout=subprocess.PIPE, **options)
        self.started.append(process)
        assert process.stdout.readline() or "up" not in self.source
        return process


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], tuple[WorkerChild, Program]]]:
    programs: list[Program] = []

    def make(source: str) -> tuple[WorkerChild, Program]:
        programs.append(program := Program(source))
        monkeypatch.setattr(supervisor.subprocess, "Popen", program)
        return WorkerChild(Config(data=tmp_path)), program

    yield make
    for program in programs:
        for process in program.started:
            process.kill()
            process.wait()
            process.stdout.close()


def test_child_is_the_worker_of_these_data(start, tmp_path: Path) -> None:
    child, program = start(OBEDIENT)

    child.look_after()
    child.look_after()

    assert len(program.commands) == 1
    assert program.commands[0][1:6] == ["-m", "etude", "--data", str(tmp_path), "worker"]


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    monkeypatch.setattr(supervisor.time, "monotonic", found := Seconds())
    return found


def waits_of(child: WorkerChild, program: Program, seconds: Seconds, count: int) -> list[int]:
    """Return how many seconds passed before each of the next starts, while every child dies at once."""
    waits, since_s = [], 0
    while len(waits) < count:
        program.started[-1].wait()
        before = len(program.started)
        seconds.now_s += 1
        since_s += 1
        child.look_after()
        if len(program.started) > before:
            waits.append(since_s)
            since_s = 0
    return waits


def test_child_that_dies_at_once_is_started_again_at_growing_intervals_up_to_a_minute(start, seconds: Seconds) -> None:
    child, program = start("pass")
    child.look_after()

    waits = waits_of(child, program, seconds, 7)

    assert waits == [2, 4, 8, 16, 32, 60, 60]
    assert child.deaths.count == 7


def test_child_that_lived_for_a_while_is_started_again_at_once(start, seconds: Seconds) -> None:
    child, program = start("pass")
    child.look_after()
    waits_of(child, program, seconds, 3)
    program.source = OBEDIENT
    waits_of(child, program, seconds, 1)

    seconds.now_s += supervisor.LIVED_S
    child.look_after()
    healed = child.deaths.count
    program.started[-1].kill()
    program.started[-1].wait()
    child.look_after()

    assert (healed, len(program.started)) == (0, 6)


def test_child_that_obeys_is_waited_for(start) -> None:
    child, program = start(OBEDIENT)
    child.look_after()

    child.ask_to_stop()
    child.make_sure_it_stopped(time.monotonic() + 20)

    assert program.started[0].returncode == 0


def test_child_that_does_not_obey_is_killed(start) -> None:
    child, program = start(STUBBORN)
    child.look_after()

    child.ask_to_stop()
    child.make_sure_it_stopped(time.monotonic())

    assert program.started[0].returncode == -signal.SIGKILL


def test_stopping_before_there_is_a_child_does_nothing(tmp_path: Path) -> None:
    child = WorkerChild(Config(data=tmp_path))

    child.ask_to_stop()
    child.make_sure_it_stopped(time.monotonic())


@pytest.fixture
def site(app: Flask, tmp_path: Path) -> Iterator[Site]:
    with closing(addresses.bind("127.0.0.1", 0)) as listener:
        yield Site(lambda: app, Config(data=tmp_path), listener)


@pytest.mark.parametrize("name", ["handle_exit", "handle_quit"])
def test_streams_are_told_before_the_web_process_stops(monkeypatch: pytest.MonkeyPatch, site: Site, name: str) -> None:
    order: list[str] = []

    def note(_sender: object) -> None:
        order.append("streams")

    monkeypatch.setattr(ThreadWorker, name, lambda *_arguments: order.append("web"))
    worker = WebWorker.__new__(WebWorker)
    worker.app = site
    site.load()
    with signals.server_stopping.connected_to(note):
        getattr(worker, name)(signal.SIGTERM, None)

    assert order == ["streams", "web"]


def test_web_process_can_be_stopped_before_the_school_is_open(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    order: list[str] = []
    monkeypatch.setattr(ThreadWorker, "handle_exit", lambda *_arguments: order.append("web"))
    worker = WebWorker.__new__(WebWorker)
    worker.app = site

    worker.handle_exit(signal.SIGTERM, None)

    assert order == ["web"]


def test_web_process_that_takes_the_place_of_another_opens_no_school_again(config: Config) -> None:
    opened: list[Flask] = []

    def open_school() -> Flask:
        opened.append(app := create_app(config))
        return app

    with closing(addresses.bind("127.0.0.1", 0)) as listener:
        site = Site(open_school, config, listener)
        first, second = site.load(), site.load()

    assert opened == [first]
    assert second is not first
    assert second.extensions[CHILD_DEATHS] is first.extensions[CHILD_DEATHS]


def test_opening_is_known_to_who_forked_the_web_process() -> None:
    opening = Opening()
    before = opening.is_done, opening.exit_code
    context = multiprocessing.get_context("fork")
    for call in (opening.finish, partial(opening.fail, 3)):
        process = context.Process(target=call)
        process.start()
        process.join()

    assert before == (False, 0)
    assert (opening.is_done, opening.exit_code) == (True, 3)


def test_web_server_is_one_process_of_many_threads_that_trusts_no_proxy(tmp_path: Path) -> None:
    with closing(addresses.bind("127.0.0.1", 0)) as listener:
        settings = gunicorn_settings(Config(data=tmp_path, threads=64), listener)

    assert (settings["workers"], settings["threads"], settings["forwarded_allow_ips"]) == (1, 64, "")
    assert settings["graceful_timeout"] < 5


def test_leaving_ends_the_process_at_once_with_its_code() -> None:
    done = subprocess.run([sys.executable, "-c", LEAVING], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (3, "said\n")
