"""A school that keeps handed-in files in an object store: every path of a file, and the store away."""

from __future__ import annotations

import io
import socket
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.app import create_app
from etude.config import ConfigError
from etude.core import clock, schema
from etude.core.shelf import Shelf
from etude.extensions import db
from etude.features.backups import restoring
from etude.features.backups import services as backups
from etude.features.files.services import check_files, collect_contents, collect_garbage
from etude.models import ActivityVersion, Submission, SubmissionFile
from etude.serving import doctor
from etude.storage import is_intact, open_contents, open_storage
from etude.web import contents
from etude.worker import running
from etude.worker.shared_contents import SharedContents
from tests import classroom, factories, hand_ins, object_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from etude.content import ActivityContent
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


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make this process a worker of another machine, which remembers nothing."""

    def begin_with(*places: contents.Place) -> None:
        monkeypatch.setattr(contents.near, "places", places)
        contents._contents.clear()

    return begin_with


def made_of(room: classroom.Room) -> ActivityContent:
    return contents.content_of(db.session, room.version)


def test_content_of_an_activity_reaches_the_second_machine_from_the_store_by_its_hash(
    app: Flask, config: Config, room: classroom.Room, tmp_path: Path, near: Callable[..., None]
) -> None:
    shared = SharedContents(open_contents(config))
    with app.app_context():
        digest = db.session.get_one(ActivityVersion, room.version).digest
        near(Shelf(tmp_path / "first"), shared)
        first = made_of(room)
        with db.session.begin():
            db.session.execute(sa.update(ActivityVersion).values(document={}))
        near(Shelf(tmp_path / "second"), shared)
        second = made_of(room)

    assert second == first
    assert [one.sha256 for one in open_contents(config).list_stored()] == [digest]
    assert [path.name for path in (tmp_path / "second").iterdir()] == [digest]
    assert list(open_storage(config).list_stored()) == []


def test_worker_looks_on_its_disk_then_in_the_store_of_the_school_if_there_is_one(config: Config) -> None:
    places = [running._places_of(one) for one in (config, replace(config, storage="local"))]

    assert [[type(place) for place in found] for found in places] == [[Shelf, SharedContents], [Shelf]]


@pytest.mark.usefixtures("away")
def test_content_comes_from_the_database_while_the_store_is_away(
    app: Flask, room: classroom.Room, tmp_path: Path, near: Callable[..., None]
) -> None:
    shelf = Shelf(tmp_path / "first")
    near(shelf, SharedContents(open_contents(app.extensions["etude"])))

    with app.app_context():
        content = made_of(room)
        digest = db.session.get_one(ActivityVersion, room.version).digest

    assert content.kind == "upload"
    assert shelf.find(digest) is not None


def test_content_that_was_damaged_in_the_store_is_not_used(
    app: Flask, config: Config, room: classroom.Room, near: Callable[..., None]
) -> None:
    shared = SharedContents(open_contents(config))
    with app.app_context():
        near(shared)
        right = made_of(room)
        digest = db.session.get_one(ActivityVersion, room.version).digest
        place = {"Bucket": config.s3_bucket, "Key": f"contents/{digest}"}
        object_store.client_of(config).put_object(**place, Body=b"{}")
        near(shared)

        found = made_of(room)

    assert found == right


def test_shared_content_that_no_version_has_is_deleted_later(
    app: Flask, config: Config, room: classroom.Room, time: Time, near: Callable[..., None]
) -> None:
    storage = open_contents(config)
    SharedContents(storage).keep(b"orphan")
    with app.app_context():
        near(SharedContents(storage))
        made_of(room)
        digest = db.session.get_one(ActivityVersion, room.version).digest
        time.forward(days=365 * 30)

        count = collect_contents(storage, at=clock.now())

    assert (count, [one.sha256 for one in storage.list_stored()]) == (1, [digest])


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
