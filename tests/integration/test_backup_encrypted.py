"""Backups that are encrypted for the school's key: proved from their real bytes, and opened by that key alone."""

from __future__ import annotations

import io
import os
import tarfile
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import pyrage
import pytest

from etude.app import create_app
from etude.config import Config, ConfigError
from etude.core import clock, schema
from etude.core.errors import Conflict, Refused
from etude.extensions import db
from etude.features.backups import archive, encryption, notes, proving, reading, restoring, services
from etude.models import AuditEntry, User
from etude.storage import open_storage
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time

MEGABYTE = 1_000_000


@pytest.fixture
def school(app: Flask, config: Config, session: UnitOfWorkSession, time: Time) -> Config:
    """A school with a person and a handed-in file, at a migration, as after `etude serve`."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")
    factories.user("Élodie", "Đặng", login="elodie")
    open_storage(config).put(io.BytesIO(b"a flowchart"), max_bytes=MEGABYTE)
    return config


@pytest.fixture
def identity(school: Config) -> str:
    """The key, as it was shown when it was made."""
    return services.make_key(school)


@pytest.fixture
def encrypted(school: Config, identity: str) -> Path:
    """An encrypted backup that was just made and proved."""
    return school.backups / services.create_backup(school, at=clock.now()).name


def elsewhere(config: Config, tmp_path: Path) -> Config:
    return replace(config, data=tmp_path / "elsewhere")


def test_backup_is_proved_and_nothing_of_it_is_in_the_clear(school: Config, encrypted: Path, identity: str) -> None:
    [backup] = notes.list_backups(school)
    again = services.verify_backup(school, encrypted.name)

    assert again.is_proved
    assert (backup.is_proved, backup.is_encrypted, encrypted.suffix) == (True, True, ".age")
    assert b"manifest.json" not in encrypted.read_bytes()
    assert {path.suffix for path in school.backups.iterdir()} == {".age", ".json"}
    opened = pyrage.decrypt(encrypted.read_bytes(), [pyrage.x25519.Identity.from_str(identity)])
    with tarfile.open(fileobj=io.BytesIO(opened)) as tar:
        assert tar.getnames()[:3] == ["manifest.json", "uploads.txt", "database.gz"]


def test_server_keeps_the_recipient_and_never_the_key(school: Config, encrypted: Path, identity: str) -> None:
    kept = [path.read_bytes() for path in school.data.rglob("*") if path.is_file()]

    assert encryption.find_recipient(school).startswith("age1")
    assert not any(identity.encode() in data for data in kept)
    entry = next(entry for entry in AuditEntry.get_page(db.session, tag="school:backup:key_made"))
    assert entry.detail.document == {"recipient": encryption.find_recipient(school)}


def test_restore_with_the_key_brings_everything_back_and_goes_on_encrypting(
    school: Config, encrypted: Path, identity: str, tmp_path: Path
) -> None:
    target = elsewhere(school, tmp_path)

    restoring.restore_backup(target, encrypted, [identity])

    with create_app(target).app_context():
        assert User.get_by_login(db.session, "élodie").family_name == "Đặng"
        db.session.close()
        db.engine.dispose()
    assert [path.read_bytes() for path in target.uploads.rglob("[0-9a-f]*") if path.is_file()] == [b"a flowchart"]
    assert encryption.find_recipient(target) == encryption.find_recipient(school)
    assert not (target.data / archive.LISTING).exists()


def test_without_its_key_a_backup_is_not_restored(school: Config, encrypted: Path, tmp_path: Path) -> None:
    target = elsewhere(school, tmp_path)

    with pytest.raises(Refused, match=r"is encrypted. Give the file"):
        restoring.restore_backup(target, encrypted)
    with pytest.raises(Refused, match="does not open the backup"):
        restoring.restore_backup(target, encrypted, [encryption.make_identity()[0]])

    assert not target.data.exists()


def test_damage_is_found_with_the_key_and_without(school: Config, encrypted: Path, identity: str) -> None:
    data = encrypted.read_bytes()
    middle = len(data) // 2
    damaged = (data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :], data[:-20], data + b"x")

    for changed in damaged:
        encrypted.write_bytes(changed)
        with_key = proving.verify(encrypted, [identity])
        without_key = services.verify_backup(school, encrypted.name)
        assert not with_key.is_good
        assert not without_key.is_proved

    assert AuditEntry.get_last(db.session).tag == "school:backup:failed"


def test_backup_that_was_never_proved_is_not_proved_without_the_key(school: Config, encrypted: Path) -> None:
    notes.note_path(encrypted).unlink()

    with pytest.raises(Refused, match="--identity"):
        services.verify_backup(school, encrypted.name)


def test_proof_reads_the_real_bytes(school: Config, identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_out = archive._write_out

    def damage(part: Path, *rest: object) -> None:
        write_out(part, *rest)
        data = bytearray(part.read_bytes())
        data[-1] ^= 1
        part.write_bytes(data)

    monkeypatch.setattr(archive, "_write_out", damage)

    assert not services.create_backup(school, at=clock.now()).is_proved


def test_throwaway_key_that_proves_a_backup_is_new_each_time_and_kept_nowhere(
    school: Config, identity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    def listen(path: Path, identities: tuple[str, ...]) -> proving.Report:
        given.extend(identities)
        return proving.Report(manifest=reading.read_manifest(path, identities))

    monkeypatch.setattr(proving, "verify", listen)

    for _copy in range(2):
        services.create_backup(school, at=clock.now())

    assert len({*given, identity}) == 3
    assert not any(one.encode() in path.read_bytes() for one in given for path in school.backups.iterdir())


def test_large_school_is_encrypted_and_proved_in_little_memory(school: Config, identity: str) -> None:
    storage = open_storage(school)
    for _file in range(4):
        storage.put(io.BytesIO(os.urandom(8 * MEGABYTE)), max_bytes=9 * MEGABYTE)
    for number in range(300):
        storage.put(io.BytesIO(b"%d" % number), max_bytes=MEGABYTE)

    tracemalloc.start()
    backup = services.create_backup(school, at=clock.now())
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert backup.is_proved
    assert backup.size_bytes > 32 * MEGABYTE
    assert peak_bytes < 16 * MEGABYTE


def test_full_disk_is_told_through_the_encryption(
    school: Config, identity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "pack", full)

    with pytest.raises(archive.Unavailable, match="No space left"):
        services.create_backup(school, at=clock.now())

    assert notes.list_backups(school) == []


def test_what_a_killed_process_left_is_cleared_away_by_the_next_backup(school: Config) -> None:
    left = school.backups / ".making-abc"
    left.mkdir(parents=True)
    (left / "part.tar").write_bytes(b"half")

    services.create_backup(school, at=clock.now())

    assert not left.exists()


def test_second_key_is_made_only_where_it_is_asked_for(school: Config, identity: str) -> None:
    with pytest.raises(Conflict, match="--replace"):
        services.make_key(school)

    assert services.make_key(school, replace=True) != identity


@pytest.mark.parametrize("text", ["", "# only a comment\n", "AGE-SECRET-KEY-1NOPE\n", "\x00\xff"])
def test_file_without_a_key_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "photo.jpg"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(Refused, match=r"photo\.jpg holds no key"):
        encryption.read_identities(file)


def test_setting_that_is_no_recipient_is_refused_at_the_start(config: Config) -> None:
    with pytest.raises(ConfigError, match="begins with age1"):
        create_app(replace(config, backup_recipient="age1nonsense"))


def test_recipient_of_the_settings_goes_before_that_of_the_folder(school: Config, identity: str) -> None:
    other, recipient = encryption.make_identity()
    config = replace(school, backup_recipient=recipient)

    backup = services.create_backup(config, at=clock.now())

    assert backup.recipient == recipient
    assert reading.read_manifest(config.backups / backup.name, [other]).recipient == recipient
