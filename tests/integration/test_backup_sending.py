"""A proved backup on its way to a store of others: over TLS, read back and compared, and each way in which it fails."""

from __future__ import annotations

import os
import socket
import tracemalloc
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from etude.app import create_app
from etude.config import Config, ConfigError
from etude.core import clock, schema
from etude.core.errors import NotFound, Refused
from etude.extensions import db
from etude.features.backups import archive, notes, sending, services, targets
from etude.models import AuditEntry
from etude.scheduler import send_waiting_backup
from tests import object_store
from tests.backup_servers import Line
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time
    from tests.object_store import ObjectStore

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store.running(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def config(store: ObjectStore, config: Config) -> Config:
    """Settings that send backups over TLS to a new bucket, whose authority is a private one."""
    bucket = f"copies-{uuid4().hex[:12]}"
    config = replace(
        config,
        backup_target=f"s3://{bucket}/school/etude",
        backup_endpoint=store.https,
        backup_access_key="key",
        backup_secret_key="secret",
        backup_ca=store.authority,
    )
    client_of(config).create_bucket(Bucket=bucket)
    return config


@pytest.fixture
def school(app: Flask, config: Config, session: UnitOfWorkSession, time: Time) -> Config:
    """A school at a migration, as after `etude serve`."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")
    return config


@pytest.fixture
def proved(school: Config) -> Path:
    """A backup that was just made and proved."""
    return school.backups / services.create_backup(school, at=clock.now()).name


def client_of(config: Config) -> Any:
    target = targets.open_target(config)
    assert target is not None
    return target._place.client


def objects_of(config: Config) -> dict[str, bytes]:
    """Everything in the bucket, by its key."""
    client, bucket = client_of(config), config.backup_target.split("/")[2]
    keys = [entry["Key"] for entry in client.list_objects_v2(Bucket=bucket).get("Contents", ())]
    return {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def large_backup(config: Config, megabytes: int = 64) -> Path:
    """A large file that counts as proved."""
    path = config.backups / "etude-20261124T131500Z.tar"
    path.parent.mkdir()
    path.write_bytes(os.urandom(MEGABYTE) * megabytes)
    notes.change_note(path, faults=[], size_bytes=megabytes * MEGABYTE, sha256=archive.hash_file(path))
    return path


def dead_address() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return f"https://localhost:{taken.getsockname()[1]}"


def details_of(tag: str) -> list[dict[str, object]]:
    """What the audit log says of such acts."""
    return [entry.detail.document for entry in AuditEntry.get_page(db.session, tag=tag) if entry.detail]


def test_backup_is_sent_over_tls_arrives_whole_and_is_written_down(school: Config, proved: Path) -> None:
    sent = sending.send_backup(school, at=clock.now())

    assert objects_of(school) == {f"school/etude/{proved.name}": proved.read_bytes()}
    assert (sent.name, sent.sent_at) == (proved.name, clock.now())
    assert notes.list_backups(school) == [sent]
    [details] = details_of("school:backup:sent")
    assert details == {"name": proved.name, "target": sent.sent_to, "sha256": archive.hash_file(proved)}


def test_large_backup_is_sent_and_read_back_in_little_memory(school: Config) -> None:
    path = large_backup(school)
    client_of(school)

    tracemalloc.start()
    sent = sending.send_backup(school, path.name, at=clock.now())
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent.sent_to.startswith(school.backup_target)
    assert peak_bytes < 32 * MEGABYTE


def test_certificate_of_a_stranger_is_refused_before_anything_is_sent(school: Config, proved: Path) -> None:
    stranger = replace(school, backup_ca=None)

    with pytest.raises(sending.NotSent, match=r"certificate of .* cannot be verified: nothing was sent"):
        sending.send_backup(stranger, proved.name, at=clock.now())

    assert objects_of(school) == {}
    [details] = details_of("school:backup:unsent")
    assert "cannot be verified" in str(details["fault"])
    assert notes.describe(proved).sent_to == ""


def test_certificate_for_another_name_is_refused(school: Config, proved: Path) -> None:
    other_name = replace(school, backup_endpoint=school.backup_endpoint.replace("localhost", "127.0.0.1"))

    with pytest.raises(sending.NotSent, match="cannot be verified"):
        sending.send_backup(other_name, proved.name, at=clock.now())


def test_dead_network_is_a_sentence_with_the_address(school: Config, proved: Path) -> None:
    away = replace(school, backup_endpoint=dead_address())

    with pytest.raises(sending.NotSent, match=rf"{away.backup_endpoint}.* does not answer"):
        sending.send_backup(away, proved.name, at=clock.now())


def test_full_target_is_a_sentence(school: Config, proved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    def refuse(**_call: object) -> None:
        raise ClientError({"Error": {"Code": "QuotaExceeded"}}, "PutObject")

    monkeypatch.setattr(client_of(school), "put_object", refuse)

    with pytest.raises(sending.NotSent, match="is full: the backup"):
        sending.send_backup(school, proved.name, at=clock.now())


def test_target_that_fills_up_on_the_way_keeps_no_part_of_it(school: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    path = large_backup(school)
    client, bucket = client_of(school), school.backup_target.split("/")[2]
    upload_part = client.upload_part

    def refuse_the_third(**call: Any) -> Any:
        if call["PartNumber"] == 3:
            raise ClientError({"Error": {"Code": "QuotaExceeded"}}, "UploadPart")
        return upload_part(**call)

    monkeypatch.setattr(client, "upload_part", refuse_the_third)

    with pytest.raises(sending.NotSent, match="is full: the backup"):
        sending.send_backup(school, path.name, at=clock.now())

    assert objects_of(school) == {}
    assert not client.list_multipart_uploads(Bucket=bucket).get("Uploads")


@pytest.mark.long  # the library tries again after a while
def test_sending_in_parts_goes_on_behind_those_that_had_arrived(school: Config) -> None:
    path = large_backup(school, megabytes=20)
    line = Line(int(school.backup_endpoint.rpartition(":")[2]), cut_after_bytes=10 * MEGABYTE)
    config = replace(school, backup_endpoint=f"https://localhost:{line.port}")

    with pytest.raises(sending.NotSent, match="does not answer"):
        sending.send_backup(config, path.name, at=clock.now())
    arrived_before = objects_of(school)
    line.mend()
    sending.send_backup(config, path.name, at=clock.now())
    line.close()

    assert arrived_before == {}
    assert objects_of(school) == {f"school/etude/{path.name}": path.read_bytes()}
    assert line.passed_bytes < 14 * MEGABYTE


def test_parts_that_hold_other_bytes_are_sent_again(school: Config) -> None:
    path = large_backup(school, megabytes=9)
    client, bucket = client_of(school), school.backup_target.split("/")[2]
    named = {"Bucket": bucket, "Key": f"school/etude/{path.name}"}
    upload = {**named, "UploadId": client.create_multipart_upload(**named)["UploadId"]}
    client.upload_part(**upload, PartNumber=1, Body=b"of another file")

    sending.send_backup(school, path.name, at=clock.now())

    assert objects_of(school) == {named["Key"]: path.read_bytes()}


def test_bucket_that_is_not_there_is_told_with_what_the_store_said(school: Config, proved: Path) -> None:
    nowhere = replace(school, backup_target="s3://nobody-has-this")

    with pytest.raises(sending.NotSent, match=r"refused the backup .*NoSuchBucket"):
        sending.send_backup(nowhere, proved.name, at=clock.now())


def test_what_arrives_other_than_it_was_proved_is_not_sent_and_does_not_stay(school: Config, proved: Path) -> None:
    data = bytearray(proved.read_bytes())
    data[-1] ^= 0xFF
    proved.write_bytes(data)

    with pytest.raises(sending.NotSent, match="differs from the backup"):
        sending.send_backup(school, proved.name, at=clock.now())

    assert objects_of(school) == {}


def test_backup_whose_restore_was_not_proved_is_not_sent(school: Config, proved: Path) -> None:
    unproved = proved.with_name("etude-20200101T000000Z.tar")
    unproved.write_bytes(b"half a copy")

    with pytest.raises(Refused, match="not proved"):
        sending.send_backup(school, unproved.name, at=clock.now())

    assert objects_of(school) == {}


def test_without_a_proved_backup_nothing_is_sent(school: Config) -> None:
    with pytest.raises(NotFound, match="no proved backup"):
        sending.send_backup(school, at=clock.now())


def test_backup_proved_by_an_older_version_is_proved_again_before_it_is_sent(school: Config, proved: Path) -> None:
    notes.change_note(proved, sha256="")

    sent = sending.send_backup(school, proved.name, at=clock.now())

    assert sent.sha256 == archive.hash_file(proved)


def test_scheduler_sends_the_newest_backup_once(app: Flask, school: Config, proved: Path) -> None:
    for _tick in range(2):
        send_waiting_backup(app, school)

    assert list(objects_of(school)) == [f"school/etude/{proved.name}"]
    assert len(details_of("school:backup:sent")) == 1


def test_scheduler_tries_a_dead_network_again_after_half_an_hour_and_health_tells_it(
    app: Flask, school: Config, proved: Path, as_admin: FlaskClient, time: Time
) -> None:
    away = replace(school, backup_endpoint=dead_address())
    for _tick in range(2):
        send_waiting_backup(app, away)
    tries = len(details_of("school:backup:unsent"))
    told = as_admin.get("/school/health").text
    listed = as_admin.get("/school/backups/").text

    early = sending.find_waiting(school, clock.now())
    app.extensions["etude"] = replace(school, backup_target="")
    without_target = as_admin.get("/school/health").text
    app.extensions["etude"] = school
    time.forward(seconds=timedelta(minutes=31).total_seconds())
    send_waiting_backup(app, school)

    assert (tries, early) == (1, None)
    assert "does not answer: the backup" in told
    assert "etude backup send" in told
    assert "does not answer" not in without_target
    assert "Not sent" in listed
    assert list(objects_of(school)) == [f"school/etude/{proved.name}"]
    assert "does not answer" not in as_admin.get("/school/health").text


def test_health_asks_for_a_key_while_what_is_sent_can_be_read(school: Config, as_admin: FlaskClient) -> None:
    before = as_admin.get("/school/health").text
    services.make_key(school)

    after = as_admin.get("/school/health").text

    assert "etude backup key" in before
    assert "etude backup key" not in after


def test_nothing_is_noted_beside_a_backup_that_was_dropped_on_its_way(school: Config, proved: Path) -> None:
    for path in school.backups.iterdir():
        path.unlink()

    notes.change_note(proved, sent=None)

    assert list(school.backups.iterdir()) == []


def test_without_a_target_nothing_is_sent(app: Flask, school: Config, proved: Path) -> None:
    nowhere = replace(school, backup_target="")

    send_waiting_backup(app, nowhere)

    with pytest.raises(ConfigError, match="set ETUDE_BACKUP_TARGET"):
        sending.send_backup(nowhere, at=clock.now())
    assert objects_of(school) == {}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"backup_target": "s3://"}, "must look like this: s3://bucket/folder"),
        ({"backup_target": "s3://key:secret@bucket"}, "must look like this"),
        ({"backup_access_key": ""}, "ETUDE_BACKUP_ACCESS_KEY is not set"),
        ({"backup_endpoint": "http://store.example"}, r"ETUDE_BACKUP_ENDPOINT.*ETUDE_BACKUP_PLAIN_HOST=store\.example"),
    ],
)
def test_setting_that_does_not_do_is_refused_at_the_start(
    config: Config, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        create_app(replace(config, **changes))
