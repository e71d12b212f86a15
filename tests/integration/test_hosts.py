"""Several hosts, each in a network namespace of its own, behind one bridge; one is cut off in mid-judgement."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.models import Submission, TestOutcome, WorkerState
from tests import classroom, factories, servers
from tests.gate import held
from tests.installation import environment, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

LEASE_S = 3.0
NETWORK = "10.213.77"
"""Of the bridge between the hosts; it is on this machine alone."""
PROGRAM = Path(__file__).parents[1] / "worker_program.py"


def ip(*words: object) -> None:
    subprocess.run(["ip", *(str(word) for word in words)], check=True, capture_output=True, timeout=20)


class Host:
    """A host: a namespace, and its cable into the bridge."""

    def __init__(self, bridge: str, number: int) -> None:
        self.name, self._cable = f"{bridge}h{number}", f"{bridge}c{number}"
        ip("netns", "add", self.name)
        ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        ip("link", "set", self._cable, "master", bridge, "up")
        ip("-n", self.name, "address", "add", f"{NETWORK}.{number}/24", "dev", "eth0")
        ip("-n", self.name, "link", "set", "eth0", "up")
        ip("-n", self.name, "link", "set", "lo", "up")
        self._process: subprocess.Popen[bytes] | None = None

    def start_worker(self, data: Path, database: str, gate: Path | str = "") -> None:
        data.mkdir(parents=True)
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", self.name, sys.executable, str(PROGRAM), str(data), str(LEASE_S)],
            env=environment(
                ETUDE_TEST_DATABASE_URL=database, ETUDE_PLAIN_HOSTS=f"{NETWORK}.1", ETUDE_TEST_GATE=str(gate)
            ),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def cut_off(self) -> None:
        """Pull the cable: nothing arrives any more, and nobody is told."""
        ip("link", "set", self._cable, "down")

    def plug_in(self) -> None:
        ip("link", "set", self._cable, "up")

    def remove(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        ip("netns", "delete", self.name)


@contextmanager
def bridge() -> Iterator[str]:
    name = f"et{os.getpid() % 10_000}"
    ip("link", "add", name, "type", "bridge")
    try:
        ip("address", "add", f"{NETWORK}.1/24", "dev", name)
        ip("link", "set", name, "up")
        yield name
    finally:
        ip("link", "delete", name)


@pytest.fixture(scope="module")
def network() -> Iterator[str]:
    with bridge() as name:
        yield name


@pytest.fixture(scope="module")
def server(network: str) -> Iterator[servers.Postgres]:
    with servers.postgres(addresses=f"{NETWORK}.1") as server:
        yield server


@pytest.fixture
def database_url(server: servers.Postgres) -> Iterator[str]:
    with server.database() as url:
        yield url


@pytest.fixture
def address(database_url: str) -> str:
    """The database as the hosts reach it: by the network."""
    name = database_url.split("/")[3].partition("?")[0]
    return f"postgresql+psycopg://etude@{NETWORK}.1/{name}"


@pytest.fixture
def hosts(network: str) -> Iterator[tuple[Host, Host]]:
    first = Host(network, 2)
    second = Host(network, 3)
    yield first, second
    first.remove()
    second.remove()


def alive(app: Flask) -> int:
    with app.app_context():
        return len(WorkerState.get_known(db.session))


def assert_judged_once(app: Flask, submission_id: int) -> None:
    with app.app_context():
        row = db.session.get(Submission, submission_id)
        outcomes = db.session.scalar(
            sa.select(sa.func.count()).select_from(TestOutcome).where(TestOutcome.submission_id == submission_id)
        )
        assert (row.status, row.deliveries, outcomes) == ("AC", 2, 3)


@pytest.mark.long
@pytest.mark.root
def test_host_that_is_cut_off_in_mid_judgement_leaves_it_to_the_other(
    app: Flask, people: factories.People, hosts: tuple[Host, Host], address: str, tmp_path: Path
) -> None:
    lost, other = hosts
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    lost.start_worker(tmp_path / "lost", address, gate)
    with app.app_context():
        submission_id = classroom.submit(classroom.open_room(people), people.ben)

    with held(gate):
        lost.cut_off()
        other.start_worker(tmp_path / "other", address)
        classroom.wait_until_judged(app, submission_id, timeout_s=90)
        assert_judged_once(app, submission_id)
    lost.plug_in()
    log = tmp_path / "lost" / "logs" / "worker.log"
    wait_for(lambda: '"is_recorded": false' in log.read_text(), "the late result, which is dropped", timeout_s=150)
    assert_judged_once(app, submission_id)
    assert alive(app) == 2
