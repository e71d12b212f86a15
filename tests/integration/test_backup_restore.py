from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.app import create_app
from etude.core import clock, schema
from etude.core.errors import Conflict, NotFound, Refused
from etude.extensions import db
from etude.features.backups import archive, notes, proving, reading, restoring, services
from etude.models import AuditEntry, StoredFile, User
from etude.storage import open_storage
from tests import factories
from tests.audited import audited, unguard
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time


@pytest.fixture
def school(app: Flask, config: Config, session: UnitOfWorkSession, time: Time) -> Config:
    """A school with a person and a handed-in file, at a migration, as after `etude serve`."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")
    factories.user("Élodie", "Đặng", login="elodie")
    data = b"a flowchart"
    name = hashlib.sha256(data).hexdigest()
    place = config.uploads / name[:2] / name[2:4] / name
    place.parent.mkdir(parents=True)
    place.write_bytes(data)
    factories.add(StoredFile(sha256=name, size_bytes=len(data), stored_at=clock.now()))
    return config


def elsewhere(config: Config, tmp_path: Path) -> Config:
    return replace(config, data=tmp_path / "elsewhere")


def test_a_backup_is_proved_by_a_restore_when_it_is_made(school: Config) -> None:
    backup = services.create_backup(school, at=clock.now())

    assert backup.is_proved
    assert notes.list_backups(school) == [backup]


def test_a_restore_into_an_empty_folder_brings_everything_back(school: Config, tmp_path: Path) -> None:
    backup = services.create_backup(school, at=clock.now())
    target = elsewhere(school, tmp_path)

    restoring.restore_backup(target, school.backups / backup.name)

    with create_app(target).app_context():
        assert User.get_by_login(db.session, "élodie").family_name == "Đặng"
        assert AuditEntry.find_break(db.session) is None
        assert AuditEntry.get_last(db.session).tag == "school:backup:restored"
        assert schema.is_up_to_date(db.engine)
        db.session.close()
        db.engine.dispose()
    assert [path.read_bytes() for path in target.uploads.rglob("[0-9a-f]*") if path.is_file()] == [b"a flowchart"]


def test_a_backup_of_a_newer_version_is_refused_before_anything_is_restored(
    school: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = services.create_backup(school, at=clock.now())
    target = elsewhere(school, tmp_path)
    report = proving.verify(school.backups / backup.name)
    newer = replace(report, manifest=replace(report.manifest, migration="9999"))
    monkeypatch.setattr(proving, "verify", lambda _path, _identities: newer)

    with pytest.raises(schema.NewerDatabaseError):
        restoring.restore_backup(target, school.backups / backup.name)

    assert not target.data.exists()


def test_a_restore_never_overwrites_data(school: Config) -> None:
    backup = services.create_backup(school, at=clock.now())

    with pytest.raises(Conflict, match="data in this folder already"):
        restoring.restore_backup(school, school.backups / backup.name)


def test_a_restore_that_was_killed_is_made_again(
    school: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = services.create_backup(school, at=clock.now())
    target = elsewhere(school, tmp_path)

    def kill(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "finish_restored", kill)
    with pytest.raises(KeyboardInterrupt):
        restoring.restore_backup(target, school.backups / backup.name)
    monkeypatch.undo()
    size_bytes = (target.data / "etude.db").stat().st_size

    restoring.restore_backup(target, school.backups / backup.name)

    assert size_bytes == 0
    assert not list(target.data.glob("*restoring*"))


def damage(path: Path) -> None:
    """Change a byte of the handed-in file in a backup."""
    with tarfile.open(path) as tar:
        [at] = [info.offset_data for info in tar if info.name.startswith("uploads/")]
    data = bytearray(path.read_bytes())
    data[at + 14] ^= 0xFF
    path.write_bytes(bytes(data))


def test_a_damaged_file_in_a_backup_is_found_and_not_restored(school: Config, tmp_path: Path) -> None:
    backup = services.create_backup(school, at=clock.now())
    damage(school.backups / backup.name)

    found = services.verify_backup(school, backup.name)

    assert not found.is_proved
    assert AuditEntry.get_last(db.session).tag == "school:backup:failed"
    assert "is damaged" in str(found.faults[0])
    with pytest.raises(Refused, match="damaged"):
        restoring.restore_backup(elsewhere(school, tmp_path), school.backups / backup.name)


def test_a_truncated_backup_is_found(school: Config) -> None:
    path = school.backups / services.create_backup(school, at=clock.now()).name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert not services.verify_backup(school, path.name).is_proved


def test_a_changed_audit_entry_makes_a_backup_faulty(school: Config, session: UnitOfWorkSession) -> None:
    services.create_backup(school, at=clock.now())
    with session.begin():
        unguard(session)
        session.execute(sa.update(AuditEntry).values(tag="nothing:to:see"))

    found = services.create_backup(school, at=clock.now() + timedelta(days=1))

    assert "audit log breaks" in str(found.faults[0])


def test_the_head_of_the_audit_log_is_in_the_manifest(school: Config, session: UnitOfWorkSession) -> None:
    first = services.create_backup(school, at=clock.now())
    head = AuditEntry.get_head(session)

    second = services.create_backup(school, at=clock.now() + timedelta(days=1))

    heads = [reading.read_manifest(school.backups / backup.name).audit_head for backup in (first, second)]
    assert heads == ["0" * 64, head]


def test_a_backup_with_another_audit_log_than_its_manifest_names_is_faulty(
    school: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuditEntry, "read_head", lambda engine: "f" * 64)

    backup = services.create_backup(school, at=clock.now())

    assert "not the one that was backed up" in str(backup.faults[0])


def test_what_is_no_backup_is_refused_in_one_sentence(school: Config, tmp_path: Path) -> None:
    path = tmp_path / "holiday.tar"
    path.write_bytes(b"not a tar at all")

    with pytest.raises(Refused, match="is not a backup"):
        restoring.restore_backup(elsewhere(school, tmp_path), path)


def repack(source: Path, target: Path, **members: bytes | None) -> Path:
    """Copy a backup with other members: a name without its dots, and what it holds now, or None to leave it out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for info in old:
            data = members.get(info.name.replace(".", "_"), old.extractfile(info).read())
            if data is not None:
                info.size = len(data)
                new.addfile(info, io.BytesIO(data))
    return target


@pytest.mark.parametrize(
    "listed", [b"../../outside 1\n", b"", b"0" * 64 + b" 11\n"], ids=["path", "not listed", "other file"]
)
def test_names_in_a_backup_cannot_lead_out_of_the_folder(school: Config, tmp_path: Path, listed: bytes) -> None:
    source = school.backups / services.create_backup(school, at=clock.now()).name
    evil = repack(source, tmp_path / "evil.tar", uploads_txt=listed)

    report = proving.verify(evil)

    assert "is not a backup" in str(report.faults[0])
    assert not (tmp_path / "outside").exists()


def test_a_backup_that_lacks_a_listed_file_is_faulty(school: Config, tmp_path: Path) -> None:
    source = school.backups / services.create_backup(school, at=clock.now()).name
    listing = f"{hashlib.sha256(b'a flowchart').hexdigest()} 11\n{'f' * 64} 5\n"

    report = proving.verify(repack(source, tmp_path / "lacking.tar", uploads_txt=listing.encode()))

    assert not report.is_good


def test_a_backup_of_the_first_format_is_proved_and_restored(school: Config, tmp_path: Path) -> None:
    source = school.backups / services.create_backup(school, at=clock.now()).name
    name = hashlib.sha256(b"a flowchart").hexdigest()
    document = asdict(reading.read_manifest(source))
    for added in ("uploads_count", "uploads_bytes", "parts", "recipient", "marks", "first_uploads"):
        del document[added]
    document |= {"format": 1, "uploads": {name: 11}}
    packed = {"uploads_txt": None, f"uploads/{name}_gz": None}
    old = repack(source, tmp_path / "old.tar", manifest_json=json.dumps(document).encode(), **packed)
    with tarfile.open(old, "a") as tar:
        info = tarfile.TarInfo(f"uploads/{name}")
        info.size = 11
        tar.addfile(info, io.BytesIO(b"a flowchart"))
    target = elsewhere(school, tmp_path)

    report = proving.verify(old)
    restoring.restore_backup(target, old)

    assert report.faults == []
    assert [path.read_bytes() for path in target.uploads.rglob(name)] == [b"a flowchart"]


def test_a_backup_of_an_older_version_is_proved_at_its_own_migration(tmp_path: Path, school: Config) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'older.db'}")
    schema.upgrade(engine, "0003")
    path = tmp_path / "etude-20260101T000000Z.tar"

    archive.write(path, archive.Plan(engine=engine, storage=open_storage(school)), at=clock.now())

    engine.dispose()
    report = proving.verify(path)
    assert (report.faults, report.manifest.migration) == ([], "0003")


def test_a_restored_school_that_nobody_could_sign_in_to_is_no_good_backup(
    school: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving.passwords, "is_right", lambda *_typed: False)

    backup = services.create_backup(school, at=clock.now())

    assert [str(fault) for fault in backup.faults] == ["nobody could sign in to what was restored"]


def test_the_last_seven_proved_backups_are_kept(school: Config) -> None:
    for day in range(9):
        services.create_backup(school, at=clock.now() + timedelta(days=day))

    kept = notes.list_backups(school)

    assert len(kept) == 7
    assert AuditEntry.get_last(db.session).tag == "school:backup:dropped"
    assert kept[0].made_at - kept[-1].made_at == timedelta(days=6)


def test_a_faulty_backup_pushes_out_nothing(school: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(school, backups_kept=1)
    good = services.create_backup(config, at=clock.now())
    monkeypatch.setattr(proving.passwords, "is_right", lambda *_typed: False)

    faulty = services.create_backup(config, at=clock.now() + timedelta(days=1))
    services.prune_backups(config)

    assert [one.name for one in notes.list_backups(config)] == [faulty.name, good.name]


def test_no_scratch_is_left_beside_the_backups(school: Config) -> None:
    services.create_backup(school, at=clock.now())

    assert {path.suffix for path in school.backups.iterdir()} == {".tar", ".json"}


@pytest.mark.parametrize("name", ["../secret.key", "etude-20260101T000000Z.tar", "secret.key"])
def test_only_backups_that_exist_are_handed_out(school: Config, name: str) -> None:
    with pytest.raises(NotFound):
        services.find_for_download(school, name, actor_id=1)


def test_the_admin_makes_a_backup_in_the_browser_and_downloads_it(as_admin: FlaskClient, config: Config) -> None:
    with as_admin.application.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")
    token = factories.csrf(as_admin, "/school/backups/")

    answer = as_admin.post("/school/backups/", data={"csrf_token": token}, follow_redirects=True)
    name = notes.list_backups(config)[0].name
    download = as_admin.get(f"/school/backups/{name}")

    assert "a restore of it was tried" in answer.text
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert download.data[:13] == b"manifest.json"
    download.close()
    assert "school:backup:downloaded" in audited(as_admin.application)


def test_proving_a_backup_again_is_audited(school: Config) -> None:
    backup = services.create_backup(school, at=clock.now())

    services.verify_backup(school, backup.name)

    assert AuditEntry.get_last(db.session).tag == "school:backup:verified"


def test_a_teacher_does_not_reach_the_backups(as_teacher: FlaskClient) -> None:
    assert as_teacher.get("/school/backups/").status_code == 403


@pytest.mark.parametrize(
    ("place", "name", "error"),
    [
        (shutil, "copyfileobj", OSError(28, "No space left on device")),
        (archive, "_copy_database", sqlite3.OperationalError("database or disk is full")),
    ],
    ids=["file", "database"],
)
def test_a_full_disk_leaves_nothing_half_done(
    school: Config, monkeypatch: pytest.MonkeyPatch, place: object, name: str, error: Exception
) -> None:
    def full(*_args: object) -> None:
        raise error

    monkeypatch.setattr(place, name, full)

    with pytest.raises(archive.Unavailable, match="No space left"):
        services.create_backup(school, at=clock.now())

    assert notes.list_backups(school) == []
