from __future__ import annotations

import errno
import os
import sqlite3
from typing import TYPE_CHECKING

import click
import pytest
from sqlalchemy.exc import OperationalError

from etude import __version__
from etude.cli.main import CommandGroup, main
from etude.cli.talk import _catalogue
from etude.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Done

COMMANDS = (
    "audit", "backup", "check", "db", "doctor", "export", "grade", "import", "restore", "scheduler", "serve", "user",
    "worker",
)  # fmt: skip


CANNOT_WRITE = "/srv/x cannot be written to. Give another folder with --data."


def fail_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `etude restore` end in a fault."""

    @click.command("restore")
    def command() -> None:
        raise error

    monkeypatch.setattr(CommandGroup, "get_command", lambda *_arguments: command)


def test_help_lists_every_command_with_what_it_does(run: Callable[..., Done]) -> None:
    done = run("--help")

    assert done.code == 0
    listed = {line.split()[0] for line in done.out.splitlines() if line.startswith("  ") and line.split()}
    assert set(COMMANDS) <= listed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Callable[..., Done], name: str) -> None:
    done = run(name, "--help")

    assert done.code == 0
    assert f"Usage: etude {name}" in done.out


def test_version_is_the_products(run: Callable[..., Done]) -> None:
    assert __version__ in run("--version").out


def test_unknown_command_is_wrong_use(run: Callable[..., Done]) -> None:
    done = run("frobnicate")

    assert done.code == 2
    assert "frobnicate" in done.err


def test_data_folder_may_be_named_before_the_command(run: Callable[..., Done], tmp_path) -> None:
    done = run("--data", tmp_path / "here", "backup", "list")

    assert (done.code, done.out) == (0, "There is no backup yet.\n")


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 3, "The disk is full. Free some space, then start again."),
        (PermissionError(errno.EACCES, "no", "/srv/x"), 3, CANNOT_WRITE),
        (OSError(errno.EROFS, "no", "/srv/x"), 3, CANNOT_WRITE),
        (OSError(errno.EIO, os.strerror(errno.EIO), "/srv/x"), 3, "The system refused: Input/output error (/srv/x)."),
        (Refused("It is %(what)s.", what="late"), 1, "It is late."),
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error")), 3,
         "The database cannot be used: disk I/O error."),
    ],
)  # fmt: skip
def test_foreseeable_failure_is_one_sentence(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, sentence: str
) -> None:
    fail_with(error, monkeypatch)

    done = run("restore")

    assert (done.code, done.out, done.err) == (code, "", sentence + "\n")


def test_database_that_fills_the_disk_says_that_the_disk_is_full(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")), monkeypatch)

    assert run("restore").err == "The disk is full. Free some space, then start again.\n"


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(ZeroDivisionError("ours"), monkeypatch)

    with pytest.raises(ZeroDivisionError):
        main(["restore"])


def test_commands_speak_french_in_a_french_terminal(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setenv("LANG", "fr_CA.UTF-8")
    _catalogue.cache_clear()

    done = run("backup", "list", "--data", tmp_path)

    assert done.out == "Il n’y a pas encore de sauvegarde.\n"
