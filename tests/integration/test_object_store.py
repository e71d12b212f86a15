"""A school that keeps handed-in files in an object store: every path of a file, and the store away."""

from __future__ import annotations

import io
import socket
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from etude.app import create_app
from etude.config import ConfigError
from etude.core import clock, schema
from etude.extensions import db
from etude.features.backups import restoring
from etude.features.backups import services as backups
from etude.features.files.services import check_files, collect_garbage
from etude.models import Submission, SubmissionFile
from etude.serving import doctor
from etude.storage import is_intact, open_storage
from tests import classroom, factories, hand_ins, object_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from tests.conftest import Time
    from tests.object_store import ObjectStore

HELLO = ("hello.txt", b"Bonjour !\n")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store.running(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def config(store: ObjectStore, tmp_path: Path, database_url: str) -> Config:
    config = store.config(tmp_path / "data", database_url=database_url)
    config.data.mkdir(mode=0o700)
    config.make_secret_key()
    return config


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people, made_of=hand_ins.upload_content())


@pytest.fixture
def away(app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same school, and a store that does not answer."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setitem(app.extensions, "etude", replace(config, s3_endpoint=f"http://127.0.0.1:{port}"))


def test_handed_in_file_is_in_the_store_alone_and_comes_back_whole(
    app: Flask, config: Config, as_student: FlaskClient, room: classroom.Room
) -> None:
    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, HELLO))

    with app.app_context():
        [file] = SubmissionFile.get_for_submission(db.session, submission_id)
        whole = check_files(open_storage(config)).is_whole
    answer = as_student.get(f"/submissions/{submission_id}/files/{file.id}")
    page = as_student.get(f"/submissions/{submission_id}/files/{file.id}/view").text

    assert (answer.data, answer.content_length) == (HELLO[1], len(HELLO[1]))
    assert "Bonjour" in page
    assert whole
    assert not config.uploads.exists()


def test_store_that_is_away_is_a_sentence_and_nothing_is_handed_in(
    app: Flask, as_student: FlaskClient, room: classroom.Room, away: None
) -> None:
    answer = hand_ins.hand_in(as_student, room, HELLO)

    assert answer.status_code == 503
    assert "does not answer at the moment" in answer.text
    with app.app_context():
        assert not db.session.query(Submission).count()


def test_file_of_a_store_that_is_away_is_a_sentence(
    app: Flask, config: Config, as_student: FlaskClient, room: classroom.Room, request: pytest.FixtureRequest
) -> None:
    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, HELLO))
    with app.app_context():
        [file] = SubmissionFile.get_for_submission(db.session, submission_id)
    request.getfixturevalue("away")

    answer = as_student.get(f"/submissions/{submission_id}/files/{file.id}")

    assert answer.status_code == 503
    assert "does not answer at the moment" in answer.text


def test_admin_and_doctor_are_told_of_a_store_that_is_away(
    app: Flask, config: Config, as_admin: FlaskClient, away: None
) -> None:
    page = as_admin.get("/school/health").text
    findings = [doctor._storage(one) for one in (config, app.extensions["etude"])]

    assert "cannot be used" in page
    assert [finding.state for finding in findings] == [doctor.OK, doctor.FAULT]
    assert config.s3_bucket in str(findings[0].found)


def test_bad_setting_of_the_store_is_refused_at_the_start_and_told_by_doctor(config: Config) -> None:
    wrong = replace(config, storage="s4")

    with pytest.raises(ConfigError, match="ETUDE_STORAGE must be one of these: local, s3"):
        create_app(wrong)

    assert doctor._storage(wrong).state == doctor.FAULT


def test_what_no_submission_has_is_deleted_from_the_store_later(app: Flask, config: Config, time: Time) -> None:
    storage = open_storage(config)
    storage.put(io.BytesIO(b"orphan"), max_bytes=100)
    time.forward(days=365 * 30)

    with app.app_context():
        collected = collect_garbage(storage, at=clock.now())

    assert (collected.files, list(storage.list_stored())) == (1, [])


def test_backup_holds_the_files_of_the_store_and_a_restore_puts_them_into_another(
    app: Flask, config: Config, store: ObjectStore, as_student: FlaskClient, room: classroom.Room, tmp_path: Path
) -> None:
    hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, HELLO))
    target = store.config(tmp_path / "elsewhere")
    with app.app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")
        backup = backups.create_backup(config, at=clock.now())

    restoring.restore_backup(target, config.backups / backup.name)

    assert backup.is_proved
    [kept] = open_storage(target).list_stored()
    assert kept.size_bytes == len(HELLO[1])
    assert is_intact(open_storage(target), kept.sha256)
    assert not target.uploads.exists()
