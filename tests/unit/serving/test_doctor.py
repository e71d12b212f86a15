from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from etude import __version__
from etude.config import Config
from etude.core import schema
from etude.extensions import db
from etude.jail import Isolation
from etude.models import Base, WorkerState
from etude.queue import GRADE_SUBMISSION, enqueue
from etude.serving import doctor
from etude.serving.doctor import FAULT, OK, WARNING
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from etude.serving.doctor import Finding


def found(findings: list[Finding], name: str) -> Finding:
    return next(finding for finding in findings if finding.name == name)


@pytest.fixture
def school(app: Flask, config: Config) -> Iterator[Config]:
    """A data folder whose database is at the newest migration."""
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        schema.upgrade(db.engine)
        yield config


def test_database_that_is_up_to_date_is_well(school: Config) -> None:
    finding = found(doctor._database(school), "database")

    assert finding.state == OK
    assert str(finding.found).endswith(f"migration {schema.head()}")


def test_database_that_is_behind_is_a_fault_with_the_command(school: Config) -> None:
    schema.downgrade(db.engine, "base")

    finding = doctor._schema()

    assert (finding.state, str(finding.fix)) == (FAULT, "Bring it up to date: etude db upgrade")


def test_file_that_is_no_database_is_a_fault_with_the_way_back(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    config.make_secret_key()
    (tmp_path / "etude.db").write_bytes(b"this is no database at all" * 100)

    finding = found(doctor._database(config), "database")

    assert (finding.state, str(finding.fix)) == (FAULT, "Restore a backup: etude restore FILE")


def test_data_without_its_key_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "etude.db").touch()

    assert found(doctor._database(Config(data=tmp_path)), "database").state == FAULT


@pytest.mark.parametrize(("waits_s", "state"), [(0, OK), (119, OK), (600, WARNING)])
def test_queue_that_stands_still_is_a_warning(
    school: Config, monkeypatch: pytest.MonkeyPatch, waits_s: int, state: str
) -> None:
    with db.session.begin():
        enqueue(db.session, GRADE_SUBMISSION, 1)
    at = datetime.now(UTC)

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.fromtimestamp(at.timestamp() + waits_s, UTC)

    monkeypatch.setattr(doctor, "datetime", Later)

    finding = doctor._queue()

    assert (finding.state, str(finding.found)) == (state, "tasks that wait: 1")
    assert bool(finding.fix) == (state == WARNING)


@pytest.mark.parametrize(("free", "state"), [(1 << 40, OK), (1 << 29, FAULT)])
def test_disk_that_is_nearly_full_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, state: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))

    assert doctor._disk(Config(data=tmp_path)).state == state


def test_clock_of_a_machine_whose_battery_is_empty_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class Past(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2000, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(doctor, "datetime", Past)

    assert doctor._clock().state == FAULT


@pytest.mark.parametrize(("said", "state"), [("yes\n", OK), ("no\n", WARNING), ("", OK)])
def test_clock_that_the_network_does_not_keep_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, said: str, state: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/timedatectl")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: SimpleNamespace(stdout=said))

    finding = doctor._clock()

    assert finding.state == state
    assert bool(finding.fix) == (state == WARNING)


def test_missing_compiler_is_a_warning_not_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = SimpleNamespace(is_available=False, version="", fix="apt install gcc")
    language = SimpleNamespace(label="C", toolchain=SimpleNamespace(state=lambda: missing))
    monkeypatch.setattr(doctor, "languages", SimpleNamespace(load=lambda: {"c": language}))

    (finding,) = doctor._toolchains()

    assert (finding.name, finding.state, finding.fix) == ("language:c", WARNING, "apt install gcc")
    assert str(finding.found) == "C is not installed"


def test_user_id_that_was_set_is_the_one_that_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int | None] = []

    def probe(*, uid: int | None, tier: str) -> Isolation:
        assert tier == "full"
        tried.append(uid)
        return Isolation(tier="none", reason="The user id 1 belongs to somebody.")

    monkeypatch.setattr(doctor, "probe", probe)

    finding = doctor._isolation(Config(jail_uid=1))

    assert (tried, finding.state) == ([1], FAULT)


def test_worker_that_judges_nothing_is_a_warning_with_its_fix(school: Config) -> None:
    factories.add(WorkerState(name="lab:1", seen_at=datetime.now(UTC), tier="none", reason="No.", fix="sudo true"))

    found_here = doctor._workers()

    assert [(one.name, one.state) for one in found_here] == [("workers", WARNING), ("workers", WARNING)]
    assert str(found_here[1].found) == "The worker lab:1 judges nothing: No."
    assert found_here[1].fix == "sudo true"


def test_workers_that_judge_are_counted(school: Config) -> None:
    factories.add(WorkerState(name="lab:1", seen_at=datetime.now(UTC), tier="full", version=__version__))

    [only] = doctor._workers()

    assert (only.state, str(only.found)) == (OK, "workers that judge: 1")


def test_nothing_is_said_of_workers_where_nothing_waits_for_one(school: Config) -> None:
    assert doctor._workers() == []
