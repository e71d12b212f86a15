"""Making, sending, dropping and restoring backups, each killed at moments drawn by chance: old state or new state."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from etude.config import Config
from etude.features.backups import encryption, notes, proving
from tests import backup_servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.backup_servers import WebDav

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
DAYS = ("20261120", "20261121", "20261122")
SEED = 20261124
MOMENTS = {"create": 8, "send": 7, "prune": 7, "restore": 4, "replace": 4}
"""How often each is killed: 30 times in all."""


@dataclass
class Product:
    """The commands of the product, as another process runs them."""

    told: Path
    process: subprocess.Popen[str]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: object, kill_at: int | None = None) -> dict[str, Any]:
        request = {
            "arguments": [str(one) for one in arguments],
            "environment": self.environment,
            "kill_at": kill_at,
            "told": str(self.told),
            "folder": str(self.told.parent),
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kills")


@pytest.fixture(scope="module")
def webdav(place: Path) -> Iterator[WebDav]:
    with backup_servers.webdav(place / "webdav") as running:
        yield running


@pytest.fixture(scope="module")
def product(place: Path, webdav: WebDav) -> Iterator[Product]:
    command = [sys.executable, "-m", "tests.killed_commands"]
    environment = {
        "ETUDE_BACKUP_TARGET": f"{webdav.address}/copies",
        "ETUDE_BACKUP_CA": str(webdav.authority),
        "ETUDE_BACKUPS_KEPT": "9",
    }
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as process:
        yield Product(place / "told.json", process, environment)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def school(place: Path, product: Product) -> Path:
    """A school with handed-in files, a key and a proved backup of each of three days; nothing works on it."""
    data = place / "school"
    assert product.run("db", "upgrade", "--data", data)["code"] == 0
    identity, recipient = encryption.make_identity()
    encryption.keep_recipient(config_of(data), recipient)
    (place / "key").write_text(identity)
    hand_in(data, b"a flowchart" * 50_000)
    for day in DAYS:
        hand_in(data, f"drawn on {day}".encode())
        assert product.run("backup", "create", "--data", data)["code"] == 0
        [made] = [one for one in notes.list_backups(config_of(data)) if one.name[6:14] not in DAYS]
        for path in (data / "backups").glob(f"{made.name[:22]}*"):
            path.rename(path.with_name(f"etude-{day}T023000Z" + path.name[22:]))
    return data


def config_of(data: Path) -> Config:
    return Config(data=data)


def hand_in(data: Path, content: bytes) -> None:
    name = hashlib.sha256(content).hexdigest()
    path = data / "uploads" / name[:2] / name[2:4] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def copy_of(school: Path, place: Path) -> Path:
    """Return a fresh copy of the school to kill things in."""
    shutil.rmtree(place / "tried", ignore_errors=True)
    shutil.copytree(school, place / "tried")
    return place / "tried"


def moments(product: Product, act: str, *arguments: object) -> list[int]:
    """Run a command to its end, and draw moments of it: which of the things that it does to files is its last."""
    whole = product.run(*arguments)
    assert whole["code"] == 0
    drawn = random.Random(f"{SEED} {act}")
    return sorted(drawn.sample(range(1, whole["count"] + 1), MOMENTS[act]))


def whole_backups(data: Path, key: str) -> list[str]:
    """The backups that are listed; each of them was proved, and is as it was or can be restored."""
    listed = notes.list_backups(config_of(data))
    for backup in listed:
        file, before = data / "backups" / backup.name, data.parent / "school" / "backups" / backup.name
        assert backup.is_proved, backup
        is_as_before = before.exists() and before.read_bytes() == file.read_bytes()
        assert is_as_before or proving.verify(file, [key]).faults == []
    return [backup.name for backup in listed]


def left_over(folder: Path) -> list[str]:
    """What no command should leave when nobody works."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.name.startswith((".making", ".checking", ".note", ".restoring", "restoring")) or ".part" in path.name
    ]


def test_backup_that_is_killed_while_it_is_made_is_there_proved_or_not_at_all(
    place: Path, school: Path, product: Product
) -> None:
    command = ("backup", "create", "--data", place / "tried")
    key = (place / "key").read_text()
    copy_of(school, place)
    before = [f"etude-{day}T023000Z.tar.age" for day in reversed(DAYS)]

    for moment in moments(product, "create", *command):
        data = copy_of(school, place)
        hand_in(data, b"handed in today")
        assert product.run(*command, kill_at=moment)["killed"]
        after = whole_backups(data, key)
        assert after[-3:] == before
        assert len(after) in (3, 4)
        assert product.run(*command)["code"] == 0
        assert left_over(data) == []


def test_backup_that_is_killed_on_its_way_is_there_whole_or_not_at_all(
    place: Path, school: Path, product: Product, webdav: WebDav
) -> None:
    command = ("backup", "send", "--data", place / "tried")
    data = copy_of(school, place)
    newest = f"etude-{DAYS[-1]}T023000Z.tar.age"

    for moment in moments(product, "send", *command):
        shutil.rmtree(webdav.folder / "copies")
        data = copy_of(school, place)
        assert product.run(*command, kill_at=moment)["killed"]
        there = webdav.folder / "copies" / newest
        is_noted = bool(notes.describe(data / "backups" / newest).sent_to)
        assert not there.exists() or there.read_bytes() == (data / "backups" / newest).read_bytes()
        assert there.exists() or not is_noted
        assert product.run(*command)["code"] == 0
        assert there.read_bytes() == (data / "backups" / newest).read_bytes()
        assert left_over(webdav.folder) == []


def test_backups_that_are_dropped_are_there_whole_or_gone_and_the_newest_stays(
    place: Path, school: Path, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("backup", "prune", "--data", place / "tried")
    key = (place / "key").read_text()
    monkeypatch.setitem(product.environment, "ETUDE_BACKUPS_KEPT", "1")
    copy_of(school, place)

    for moment in moments(product, "prune", *command):
        data = copy_of(school, place)
        assert product.run(*command, kill_at=moment)["killed"]
        assert whole_backups(data, key)[0] == f"etude-{DAYS[-1]}T023000Z.tar.age"
        assert product.run(*command)["code"] == 0
        assert len(whole_backups(data, key)) == 1
        assert left_over(data) == []


def rows_of(data: Path) -> tuple[list[tuple[str]], list[str]]:
    """What a restored school is known by: that its database is sound, and what is handed in."""
    with closing(sqlite3.connect(data / "etude.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        schools = database.execute("SELECT tag FROM audit_entry ORDER BY id").fetchall()
    return schools, sorted(path.name for path in (data / "uploads").glob("??/??/*"))


def test_restore_that_is_killed_leaves_an_empty_folder_or_the_whole_school(
    place: Path, school: Path, product: Product
) -> None:
    file = school / "backups" / f"etude-{DAYS[-1]}T023000Z.tar.age"
    target = place / "restored"
    command = ("restore", file, "--identity", place / "key", "--data", target)
    drawn = moments(product, "restore", *command)
    whole = rows_of(target)

    for moment in drawn:
        shutil.rmtree(target)
        assert product.run(*command, kill_at=moment)["killed"]
        if (target / "etude.db").exists() and (target / "etude.db").stat().st_size:
            assert encryption.find_recipient(config_of(target)) == encryption.find_recipient(config_of(school))
        else:
            assert product.run(*command)["code"] == 0
        assert rows_of(target) == whole


def test_restore_over_a_school_that_is_killed_leaves_the_one_or_the_other(
    place: Path, school: Path, product: Product
) -> None:
    file = school / "backups" / f"etude-{DAYS[0]}T023000Z.tar.age"
    command = ("restore", file, "--replace", "--identity", place / "key", "--data", place / "tried")
    key = (place / "key").read_text()
    copy_of(school, place)
    drawn = moments(product, "replace", *command)
    new = rows_of(place / "tried")[0]

    for moment in drawn:
        data = copy_of(school, place)
        old = rows_of(data)[0]
        assert product.run(*command, kill_at=moment)["killed"]
        assert rows_of(data)[0][: len(old)] == old or rows_of(data)[0] == new
        assert len(whole_backups(data, key)) in (3, 4)
        assert product.run(*command)["code"] == 0
        assert rows_of(data)[0] == new
        assert left_over(data) == []
