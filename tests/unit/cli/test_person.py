from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from etude.extensions import db
from etude.models import User
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from etude.config import Config
    from tests.unit.cli.conftest import Done


@pytest.fixture
def emma(app: Flask) -> int:
    with app.app_context():
        return factories.user("Emma", "Tremblay", login="emma").id


def test_all_that_is_stored_is_written_once_for_its_owner_alone(
    run: Callable[..., Done], config: Config, emma: int, tmp_path: Path
) -> None:
    target = tmp_path / "emma.zip"

    first = run("person", "export", "emma", "--data", config.data, "--to", target)
    second = run("person", "export", "emma", "--data", config.data, "--to", target)

    assert (first.code, second.code) == (0, 1)
    assert target.stat().st_mode & 0o777 == 0o600
    assert b"Tremblay" in zipfile.ZipFile(target).read("index.html")


def test_erasure_asks_and_does_nothing_without_a_yes(
    run: Callable[..., Done], config: Config, app: Flask, emma: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.confirm", lambda question: False)

    done = run("person", "erase", "emma", "--data", config.data)

    assert done.err == "Nothing was erased.\n"
    with app.app_context():
        assert db.session.get_one(User, emma).name == "Emma Tremblay"


def test_erasure_says_until_when_marks_stay(run: Callable[..., Done], config: Config, app: Flask, emma: int) -> None:
    done = run("person", "erase", "emma", "--data", config.data, "--yes")

    assert done.out.startswith("Erased. The marks stay without a name until ")
    with app.app_context():
        assert db.session.get(User, emma, execution_options={"include_deleted": True}).name == f"#{emma}"
