"""`etude backup send`: what it prints, in whose language, and its exit codes."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests import object_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.object_store import ObjectStore
    from tests.unit.cli.conftest import Done


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store.running(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def target(store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new bucket that the environment names, reached over TLS with an authority of its own."""
    bucket = store.config(tmp_path).s3_bucket
    values = {
        "TARGET": f"s3://{bucket}/copies",
        "ENDPOINT": store.https,
        "ACCESS_KEY": "key",
        "SECRET_KEY": "secret",
        "CA": str(store.authority),
    }
    for name, value in values.items():
        monkeypatch.setenv(f"ETUDE_BACKUP_{name}", value)
    return f"{values['TARGET']} ({store.https})"


@pytest.fixture
def data(run: Callable[..., Done], tmp_path: Path) -> Path:
    """A data folder with a database and a proved backup."""
    folder = tmp_path / "data"
    assert run("db", "upgrade", "--data", folder).code == 0
    assert run("backup", "create", "--data", folder).code == 0
    return folder


def test_sent_backup_is_named_with_its_target_and_listed_as_sent(
    run: Callable[..., Done], target: str, data: Path
) -> None:
    name = next((data / "backups").glob("etude-*.tar")).name

    done = run("backup", "send", "--data", data)
    [listed] = json.loads(run("backup", "list", "--json", "--data", data).out)

    assert (done.code, done.out, done.err) == (0, f"{name}: sent to {target}, read back, whole\n", "")
    assert listed["sent_to"] == target
    assert listed["sent_at"]
    assert "restore tried, whole, sent" in run("backup", "list", "--data", data).out


def test_dead_network_is_one_sentence_in_french_and_exit_code_three(
    run: Callable[..., Done], target: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        address = f"https://localhost:{taken.getsockname()[1]}"
    monkeypatch.setenv("ETUDE_BACKUP_ENDPOINT", address)
    monkeypatch.setenv("ETUDE_LANGUAGE", "fr")

    done = run("backup", "send", "--data", data)

    assert (done.code, done.out) == (3, "")
    assert f"({address}) ne répond pas" in done.err
    assert done.err.count("\n") == 1


def test_wrong_certificate_is_one_sentence_and_exit_code_three(
    run: Callable[..., Done], target: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ETUDE_BACKUP_CA")

    done = run("backup", "send", "--data", data)

    assert (done.code, done.out) == (3, "")
    assert "cannot be verified: nothing was sent" in done.err
    assert done.err.count("\n") == 1


def test_help_shows_that_the_name_may_be_left_out(run: Callable[..., Done]) -> None:
    assert "etude backup send [OPTIONS] [NAME]\n" in run("backup", "send", "--help").out


@pytest.mark.long
def test_without_a_target_it_is_wrong_use(run: Callable[..., Done], data: Path) -> None:
    done = run("backup", "send", "--data", data)

    assert (done.code, done.err) == (2, "No place is set to send backups to: set ETUDE_BACKUP_TARGET.\n")


@pytest.mark.long
def test_backup_of_no_such_name_is_exit_code_one(run: Callable[..., Done], target: str, data: Path) -> None:
    done = run("backup", "send", "../etude.db", "--data", data)

    assert (done.code, done.err) == (1, "There is no backup of this name.\n")


def test_backup_that_was_not_proved_is_exit_code_one(run: Callable[..., Done], target: str, data: Path) -> None:
    (data / "backups" / "etude-20200101T000000Z.tar").write_bytes(b"half a copy")

    done = run("backup", "send", "etude-20200101T000000Z.tar", "--data", data)

    assert done.code == 1
    assert "was not proved, so it was not sent" in done.err
