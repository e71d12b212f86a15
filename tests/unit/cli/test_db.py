from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from etude.core import schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Done


def test_upgrade_makes_the_database_and_status_is_content(run: Callable[..., Done], tmp_path: Path) -> None:
    upgraded = run("db", "upgrade", "--data", tmp_path / "data")
    status = run("db", "status", "--data", tmp_path / "data")

    assert (upgraded.code, upgraded.out) == (0, f"The database is at {schema.head()}.\n")
    assert (status.code, status.out) == (0, upgraded.out)


def test_status_of_an_older_database_is_exit_code_one(run: Callable[..., Done], tmp_path: Path) -> None:
    run("db", "upgrade", "--data", tmp_path)
    with closing(sqlite3.connect(tmp_path / "etude.db")) as database:
        database.execute("DELETE FROM alembic_version")
        database.commit()

    done = run("db", "status", "--data", tmp_path)

    assert (done.code, done.out) == (1, "")
    assert f"this version of Étude is at {schema.head()}" in done.err


@pytest.mark.long
def test_database_of_a_newer_version_is_not_touched(run: Callable[..., Done], tmp_path: Path) -> None:
    run("db", "upgrade", "--data", tmp_path)
    with closing(sqlite3.connect(tmp_path / "etude.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()

    done = run("db", "upgrade", "--data", tmp_path)

    assert done.code == 3
    assert done.err.startswith("This data folder belongs to a newer version of Étude.")


def test_status_without_data_is_one_sentence(run: Callable[..., Done], tmp_path: Path) -> None:
    done = run("db", "status", "--data", tmp_path / "none")

    assert done.code == 2
    assert (
        done.err == f"The key {tmp_path / 'none' / 'secret.key'} cannot be read. Start “etude serve” once to make it.\n"
    )
