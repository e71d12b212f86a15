"""`etude backup …` and `etude restore`: what they print, and their exit codes."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from etude.core.errors import Notice
from etude.features.backups import proving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Done


@pytest.fixture
def data(run: Callable[..., Done], tmp_path: Path) -> Path:
    """A data folder with a database in it."""
    assert run("db", "upgrade", "--data", tmp_path / "data").code == 0
    return tmp_path / "data"


@pytest.fixture
def backup(run: Callable[..., Done], data: Path) -> Path:
    """A backup that was just made."""
    assert run("backup", "create", "--data", data).code == 0
    return next((data / "backups").glob("etude-*.tar"))


def test_new_backup_is_proved_and_named(run: Callable[..., Done], data: Path) -> None:
    done = run("backup", "create", "--data", data)

    name = next((data / "backups").glob("etude-*.tar")).name
    assert (done.code, done.out) == (0, f"{name}: restore tried, whole\n")


def test_terminal_sees_how_far_the_files_are(
    run: Callable[..., Done], data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = hashlib.sha256(b"a flowchart").hexdigest()
    place = data / "uploads" / name[:2] / name[2:4] / name
    place.parent.mkdir(parents=True)
    place.write_bytes(b"a flowchart")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    done = run("backup", "create", "--data", data)

    assert "Handed-in files" in done.err
    assert "100%" in done.err


def test_list_is_readable_by_people_and_by_scripts(run: Callable[..., Done], data: Path, backup: Path) -> None:
    listed = run("backup", "list", "--data", data)
    told = json.loads(run("backup", "list", "--json", "--data", data).out)

    assert listed.out.startswith(f"{backup.name}  ")
    assert [(one["name"], one["proved"], one["faults"]) for one in told] == [(backup.name, True, [])]
    assert told[0]["size_bytes"] == backup.stat().st_size


def test_damaged_backup_is_exit_code_one(run: Callable[..., Done], data: Path, backup: Path) -> None:
    data_of_it = backup.read_bytes()
    backup.write_bytes(data_of_it[: len(data_of_it) // 2])

    done = run("backup", "verify", backup.name, "--data", data)

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"{backup.name}: faulty: ")


def test_backup_of_no_such_name_is_one_sentence(run: Callable[..., Done], data: Path) -> None:
    done = run("backup", "verify", "../etude.db", "--data", data)

    assert (done.code, done.err) == (1, "There is no backup of this name.\n")


def test_only_what_is_beyond_the_kept_ones_is_dropped(
    run: Callable[..., Done], data: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = backup.with_name("etude-20200101T000000Z.tar")
    older.write_bytes(backup.read_bytes())
    older.with_suffix(".json").write_text(backup.with_suffix(".json").read_text())
    monkeypatch.setenv("ETUDE_BACKUPS_KEPT", "1")

    done = run("backup", "prune", "--data", data)

    assert (done.code, done.out) == (0, f"{older.name} was dropped.\n")
    assert not older.exists()
    assert backup.exists()


def test_restore_into_an_empty_folder_says_what_came_back(
    run: Callable[..., Done], backup: Path, tmp_path: Path
) -> None:
    done = run("restore", backup, "--data", tmp_path / "again")

    assert done.code == 0
    assert "Restored: " in done.out
    assert f"etude serve --data {tmp_path / 'again'}" in done.out
    assert run("db", "status", "--data", tmp_path / "again").code == 0


@pytest.mark.long
@pytest.mark.parametrize("has_old_key", [False, True])
def test_restore_says_what_becomes_of_the_codes_of_phones_unless_the_old_key_is_there(
    run: Callable[..., Done], data: Path, tmp_path: Path, has_old_key: bool
) -> None:
    with sqlite3.connect(data / "etude.db") as database:
        database.execute(
            "INSERT INTO user (login, login_key, given_name, family_name, sort_key, school_role, must_change_password,"
            " locale, theme, zone, session_epoch, failed_logins, totp_secret, totp_last_step, created_at, updated_at)"
            " VALUES ('ada', 'ada', 'Ada', 'L', 'l', 'teacher', 0, '', '', '', 0, 0, 'sealed1:x', 0,"
            " '2026-11-24 13:15:00', '2026-11-24 13:15:00')"
        )
    run("backup", "create", "--data", data)
    target = tmp_path / "again"
    if has_old_key:
        target.mkdir()
        shutil.copy(data / "secret.key", target)

    done = run("restore", next((data / "backups").glob("etude-*.tar")), "--data", target)

    assert done.code == 0
    assert ("second step: 1." in done.out) is not has_old_key


def test_restore_over_data_is_refused(run: Callable[..., Done], data: Path, backup: Path) -> None:
    done = run("restore", backup, "--data", data)

    assert (done.code, done.out) == (1, "")
    assert "Restore into an empty one" in done.err


@pytest.mark.long
def test_replaced_data_is_in_a_backup_of_its_own(run: Callable[..., Done], data: Path, backup: Path) -> None:
    old = backup.rename(data.parent / backup.name)
    with closing(sqlite3.connect(data / "etude.db", isolation_level=None)) as database:
        database.execute(
            "INSERT INTO course (code, title, description, locale, zone, class_code, created_at, updated_at)"
            " VALUES ('X', 'X', '', 'en', 'UTC', 'ABCDEF', '2026-11-24 13:15:00', '2026-11-24 13:15:00')"
        )

    data = shutil.copytree(data, data.parent / "copy")  # nobody has a connection to it: commands ran in this process

    done = run("restore", old, "--data", data, "--replace")

    [made] = (data / "backups").glob("etude-*.tar")
    assert done.code == 0
    assert f"What was there is in the backup {made.name}.\n" in done.out
    assert count_courses(data / "etude.db") == 0
    assert run("restore", made, "--data", data.parent / "undone").code == 0
    assert count_courses(data.parent / "undone" / "etude.db") == 1
    assert not list(data.glob("*restoring*"))


def count_courses(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        [count] = connection.execute("SELECT count(*) FROM course").fetchone()
    return int(count)


@pytest.mark.long
def test_data_that_cannot_be_backed_up_is_not_replaced(
    run: Callable[..., Done], data: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = backup.rename(data.parent / backup.name)
    verify = proving.verify
    faulty = proving.Report(manifest=None, faults=[Notice("it is a test")])
    monkeypatch.setattr(proving, "verify", lambda path, keys: verify(path, keys) if path == old else faulty)
    before = (data / "etude.db").stat().st_ino

    done = run("restore", old, "--data", data, "--replace")

    assert done.code == 1
    assert done.err.endswith("What is there could not be backed up, so it was not replaced: it is a test.\n")
    assert (data / "etude.db").stat().st_ino == before


@pytest.mark.long
def test_data_that_somebody_works_on_is_not_replaced(run: Callable[..., Done], data: Path, backup: Path) -> None:
    with closing(sqlite3.connect(data / "etude.db")) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM course").fetchone()

        done = run("restore", backup, "--data", data, "--replace")

    assert (done.code, "is in use" in done.err) == (1, True)


def test_restore_of_a_file_that_is_no_backup_is_one_sentence(run: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8 no tar")

    done = run("restore", tmp_path / "photo.jpg", "--data", tmp_path / "again")

    assert (done.code, done.err.count("\n")) == (1, 1)


def test_key_is_printed_as_the_file_that_opens_the_backups(run: Callable[..., Done], data: Path) -> None:
    made = run("backup", "key", "--data", data)
    key = data.parent / "key.txt"
    key.write_text(made.out)
    run("backup", "create", "--data", data)
    file = next((data / "backups").glob("etude-*.tar.age"))
    elsewhere = file.rename(data.parent / file.name)

    proved = run("backup", "verify", elsewhere, "--identity", key, "--data", data.parent / "nowhere")
    closed = run("backup", "verify", elsewhere, "--data", data.parent / "nowhere")
    restored = run("restore", elsewhere, "--identity", key, "--data", data.parent / "again")

    assert made.out.splitlines()[-1].startswith("AGE-SECRET-KEY-1")
    assert (proved.code, proved.out) == (0, f"{elsewhere}: restore tried, whole\n")
    assert (closed.code, "--identity FILE" in closed.err) == (1, True)
    assert restored.code == 0
    assert not (data.parent / "nowhere").exists()


def test_second_key_is_refused_with_the_option_that_makes_it(run: Callable[..., Done], data: Path) -> None:
    run("backup", "key", "--data", data)

    again = run("backup", "key", "--data", data)

    assert (again.code, "--replace" in again.err) == (1, True)
    assert run("backup", "key", "--replace", "--data", data).code == 0
