"""Every start that cannot be: one sentence, an exit code, and nothing else."""

from __future__ import annotations

import ctypes
import os
import platform
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
import sqlalchemy as sa

from etude.cli.serve import ask, greet
from etude.cli.talk import speak
from etude.config import Config
from etude.core import schema
from etude.core.db import tune_sqlite
from etude.serving import data_folder
from tests.installation import environment, free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Done

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000


def drop_override() -> None:
    """Give up root's right to write where it may not; runs in the child."""
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0) == 0


def on_a_disk_of(place: Path, size_kb: int) -> Callable[[], None]:
    """Return what a child does first: it gets a file system of this size at `place`, which nobody else sees.

    A user namespace of its own lets it mount without being root; it ends with the child.
    """

    def prepare() -> None:
        uid, gid = os.geteuid(), os.getegid()
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0, os.strerror(ctypes.get_errno())
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
            Path("/proc/self", name).write_text(text, encoding="ascii")
        options = f"size={size_kb}k,mode=700".encode()
        assert libc.mount(b"tiny", bytes(place), b"tmpfs", 0, options) == 0, os.strerror(ctypes.get_errno())

    return prepare


def serve(
    data: Path, prepare: Callable[[], None] | None = None, *options: str, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run `etude serve` to its end in a process that was prepared."""
    command = [sys.executable, "-m", "etude", "serve", "--port", str(free_port()), "--data", str(data), *options]
    return subprocess.run(
        command, env=environment(**changes), capture_output=True, text=True, timeout=120, check=False,
        stdin=subprocess.DEVNULL, preexec_fn=prepare,
    )  # fmt: skip


def test_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    done = serve(tmp_path / "data", drop_override)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"{tmp_path / 'data'} cannot be written to. Give another folder with --data.\n"


@pytest.mark.parametrize(
    ("size_kb", "language", "sentence"),
    [
        (16, "en", "The disk is full. Free some space, then start again.\n"),
        (16, "fr", "Le disque est plein. Libérez de la place, puis relancez la commande.\n"),
        pytest.param(96, "en", "The disk is full. Free some space, then start again.\n", marks=pytest.mark.long),
        (700, "en", "The disk is full. Free some space, then start again.\n"),
    ],
    ids=["at once", "in French", "while the database is made", "while the sample course is added"],
)
def test_full_disk_is_one_sentence(tmp_path: Path, size_kb: int, language: str, sentence: str) -> None:
    done = serve(tmp_path / "data", on_a_disk_of(tmp_path, size_kb), ETUDE_LANGUAGE=language)

    assert (done.returncode, done.stdout, done.stderr) == (3, "", sentence)


@pytest.mark.long
def test_data_of_a_newer_version_is_one_sentence(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    data_folder.make_data_folder(config)
    engine = sa.create_engine(config.database)
    tune_sqlite(engine)
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()

    done = serve(tmp_path)

    assert done.returncode == 3
    assert done.stderr.startswith("This data folder belongs to a newer version of Étude.")
    assert done.stderr.count("\n") == 1


@pytest.mark.long
def test_key_too_short_to_be_one_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("hunter2\n")

    done = serve(tmp_path)

    assert done.returncode == 2
    assert "is too short to be safe" in done.stderr
    assert "hunter2" not in done.stderr


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


def test_unknown_time_zone_is_one_sentence(tmp_path: Path) -> None:
    done = serve(tmp_path / "data", None, "--zone", "Toronto")

    assert done.returncode == 2
    assert done.stderr == "“Toronto” is no time zone. It looks like America/Toronto.\n"


def test_address_of_another_machine_is_one_sentence(tmp_path: Path, run: Callable[..., Done]) -> None:
    done = run("serve", "--host", "192.0.2.1", "--data", tmp_path / "data")

    assert done.code == 1
    assert done.err.startswith("Port 8000 of 192.0.2.1 cannot be used (")


AS_ON_WINDOWS = """
import sys
sys.modules.update(dict.fromkeys(["fcntl", "grp", "pwd", "resource"]))
from etude.cli import main
sys.platform = "win32"  # only now: click has loaded what it needs of this system
main()
"""


@pytest.mark.parametrize("command", ["serve", "doctor", "grade"])
def test_windows_itself_is_one_sentence_that_leads_to_wsl(tmp_path: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS, command, "--data", str(tmp_path / "data")],
        env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "Étude does not run on Windows itself: install it in WSL2 (see docs/how-to/windows.md).\n"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This system cannot judge programs: submissions wait for Linux (see docs/how-to/windows.md)."),
        ("fr", "Ce système ne peut pas évaluer de programmes\u00a0: les remises attendent Linux"),
    ],
)  # fmt: skip
def test_macos_starts_and_says_that_submissions_wait(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    speak(language)

    greet(Config(), None)

    assert sentence in capsys.readouterr().out


def test_questions_of_the_first_start_follow_in_the_language_that_was_chosen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def prompt(question: str, **options: object) -> object:
        asked.append(question)
        return "fr" if "Language" in question else options["default"]

    monkeypatch.setattr(click, "prompt", prompt)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    answers = ask(dict.fromkeys(("locale", "zone", "school", "contact")))

    assert answers.locale == "fr"
    assert asked == [
        "Langue / Language", "Fuseau horaire", "Nom de l’établissement", "Responsable des données (nom ou courriel)",
    ]  # fmt: skip


@pytest.mark.long
def test_interrupt_in_place_of_an_answer_ends_the_start_and_stores_no_school(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "etude", "serve", "--port", str(free_port()), "--data", str(tmp_path / "data")]
    pid, terminal = pty.fork()
    if not pid:
        os.execve(sys.executable, command, {**environment(), "ETUDE_LANGUAGE": "en"})
    said = b""
    while b"Language" not in said:
        said += os.read(terminal, 4096)

    os.write(terminal, b"\x03")

    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) in {0, 1}  # supervisor and question hear of it at the same time
    with closing(sqlite3.connect(tmp_path / "data" / "etude.db")) as database:
        assert database.execute("SELECT count(*) FROM school").fetchone() == (0,)
