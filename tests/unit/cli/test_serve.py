"""Every start that cannot be: one sentence, an exit code, and nothing else."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.config import Config
from etude.core import schema
from etude.core.db import tune_sqlite
from etude.serving import first_start
from tests.installation import environment, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.unit.cli.conftest import Done

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
FULL = "The disk is full. Free some space, then start again.\n"


def drop_override() -> None:
    """Give up root's right to write where it may not; runs in the child."""
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0) == 0


@contextmanager
def tiny_disk(place: Path) -> Iterator[None]:
    """A file system of 96 KiB at `place`."""
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.mount(b"tiny", bytes(place), b"tmpfs", 0, b"size=96k,mode=700") == 0, os.strerror(ctypes.get_errno())
    try:
        yield
    finally:
        assert libc.umount2(bytes(place), 2) == 0


def test_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    done = subprocess.run(
        [sys.executable, "-m", "etude", "serve", "--data", str(tmp_path / "data")],
        env=environment(), capture_output=True, text=True, timeout=60, check=False, preexec_fn=drop_override,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"{tmp_path / 'data'} cannot be written to. Give another folder with --data.\n"


@pytest.mark.root
def test_full_disk_is_one_sentence(tmp_path: Path, run: Callable[..., Done]) -> None:
    with tiny_disk(tmp_path):
        (tmp_path / "ballast").write_bytes(b"x" * (60 << 10))

        done = run("serve", "--data", tmp_path / "data")

        assert (done.code, done.err) == (3, FULL)


@pytest.mark.root
def test_disk_that_fills_up_while_the_database_is_made_is_one_sentence(
    tmp_path: Path, run: Callable[..., Done]
) -> None:
    with tiny_disk(tmp_path):
        done = run("serve", "--port", str(free_port()), "--data", tmp_path / "data")

        assert (done.code, done.err) == (3, FULL)


def test_data_of_a_newer_version_is_one_sentence(tmp_path: Path, run: Callable[..., Done]) -> None:
    config = Config(data=tmp_path)
    first_start.make_data_folder(config)
    engine = sa.create_engine(config.database)
    tune_sqlite(engine)
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()

    done = run("serve", "--port", str(free_port()), "--data", tmp_path)

    assert done.code == 3
    assert done.err.startswith("This data folder belongs to a newer version of Étude.")
    assert done.err.count("\n") == 1


def test_key_too_short_to_be_one_is_one_sentence(tmp_path: Path, run: Callable[..., Done]) -> None:
    (tmp_path / "secret.key").write_text("hunter2\n")

    done = run("serve", "--port", str(free_port()), "--data", tmp_path)

    assert done.code == 2
    assert "is too short to be safe" in done.err
    assert "hunter2" not in done.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ETUDE_PORT", "eighty"),
        ("ETUDE_THREADS", "1"),
        ("ETUDE_DATABASE_URL", "mysql://x"),
        ("ETUDE_LOG_STYLE", "pink"),
    ],
)
def test_malformed_setting_is_one_sentence_that_names_it(
    tmp_path: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    done = run("serve", "--data", tmp_path / "data")

    assert (done.code, done.err.count("\n")) == (2, 1)
    assert name in done.err
    assert not (tmp_path / "data").exists()


def test_unknown_time_zone_is_one_sentence(tmp_path: Path, run: Callable[..., Done]) -> None:
    done = run("serve", "--port", str(free_port()), "--data", tmp_path / "data", "--zone", "Toronto")

    assert done.code == 2
    assert done.err == "“Toronto” is no time zone. It looks like America/Toronto.\n"


def test_address_of_another_machine_is_one_sentence(tmp_path: Path, run: Callable[..., Done]) -> None:
    done = run("serve", "--host", "192.0.2.1", "--data", tmp_path / "data")

    assert done.code == 1
    assert done.err.startswith("Port 8000 of 192.0.2.1 cannot be used (")
