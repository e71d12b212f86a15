from __future__ import annotations

import errno
import os
import re
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from etude import __version__
from etude.cli.main import CommandGroup, main
from etude.config import ConfigError
from etude.core.errors import Refused
from etude.core.schema import NewerDatabaseError
from tests.installation import environment

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
         "The database cannot be used: the disk does not read or write as it should."),
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("interrupted")), 3,
         "The database cannot be used: interrupted."),
        (DatabaseError("SELECT 1", {}, sqlite3.DatabaseError("file is not a database")), 3,
         "The database cannot be used: its file is no database."),
        (NewerDatabaseError(), 3, NewerDatabaseError.default),
        (ConfigError("%(name)s is wrong.", name="ETUDE_PORT"), 2, "ETUDE_PORT is wrong."),
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


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("ours"), IntegrityError("INSERT", {}, sqlite3.IntegrityError("NOT NULL"))]
)
def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    fail_with(error, monkeypatch)

    with pytest.raises(type(error)):
        main(["restore"])


def test_commands_speak_french_in_a_french_terminal(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setenv("LANG", "fr_CA.UTF-8")

    done = run("backup", "list", "--data", tmp_path)

    assert done.out == "Il n’y a pas encore de sauvegarde.\n"


ENGLISH_WORDS = re.compile(
    r"\b(the|and|or|is|of|with|this|that|not|Show|Usage:|Options:|Commands:|Error"
    r"|TEXT|FILES?|PATHS?|COMMAND|ARGS|FOLDER|ACTIVITY|INTEGER|DIR|NAME)\b"
)
"""What no French sentence holds."""


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_french_to_its_last_word(run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ETUDE_LANGUAGE", "fr")

    done = run(*filter(None, [name]), "--help")

    assert done.code == 0
    assert "Usage\u00a0: etude" in done.out
    assert "Afficher cette aide, puis quitter." in done.out
    assert not ENGLISH_WORDS.search(done.out), done.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade"], "Erreur\u00a0: Il manque l’argument 'ACTIVITÉ'."),
        (["frobnicate"], "Erreur\u00a0: La commande 'frobnicate' n’existe pas."),
        (["serve", "--warp"], "Erreur\u00a0: L’option '--warp' n’existe pas."),
        (
            ["serve", "--port", "x"],
            "Erreur\u00a0: Valeur incorrecte pour '--port'\u00a0: 'x' n’est pas un nombre (integer).",
        ),
        (["serve", "--port"], "Erreur\u00a0: L’option '--port' a besoin d’une valeur."),
        (["restore"], "Erreur\u00a0: Il manque l’argument 'FICHIER'."),
        (["audit", "verify", "x"], "Erreur\u00a0: Argument en trop (x)"),
    ],
)
def test_wrong_use_is_said_in_french(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.setenv("ETUDE_LANGUAGE", "fr")

    done = run(*arguments)

    assert done.code == 2
    assert done.err.splitlines()[-1] == sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.EISDIR, "x", "/srv/x"), "Le système a refusé\u00a0: c’est un dossier (/srv/x)."),
        (OSError(errno.ENOSPC, "x"), "Le disque est plein. Libérez de la place, puis relancez la commande."),
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked")),
         "La base de données est inutilisable\u00a0: un autre programme l’occupe."),
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("unable to open database file")),
         "La base de données est inutilisable\u00a0: son fichier ne peut pas être ouvert."),
    ],
)  # fmt: skip
def test_failures_are_french_inside_and_out(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    monkeypatch.setenv("ETUDE_LANGUAGE", "fr")
    fail_with(error, monkeypatch)

    assert run("restore").err == sentence + "\n"


def test_wrong_setting_is_said_in_french(run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETUDE_LANGUAGE", "fr")
    monkeypatch.setenv("ETUDE_PORT", "x")

    done = run("doctor")

    assert (done.code, done.err) == (
        2, "ETUDE_PORT doit être un nombre entier de 1 à 65535, et non «\u202fx\u202f».\n"
    )  # fmt: skip


def test_help_loads_neither_the_commands_nor_the_product() -> None:
    script = (
        "import sys; from etude.cli import main\ntry: main(['--help'])\nfinally: print(*sys.modules, file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, timeout=60, check=False
    )

    loaded = set(done.stderr.split())
    assert "serve      Start Étude here" in done.stdout
    assert not {"flask", "sqlalchemy", "babel", "structlog", "etude.app", "etude.cli.serve"} & loaded
