"""The school's content in a Git repository: a commit for each change, by who made it, and one that a backup names."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from dulwich.objects import Blob
from dulwich.repo import Repo

from etude.core import clock, schema
from etude.extensions import db
from etude.features.backups import history, reading, repository, services
from etude.models import Activity, Course, School, User
from etude.models.activity.storing import store_content
from etude.models.school import ONLY_ID
from etude.models.user import SchoolRole
from etude.storage import open_storage
from tests import factories
from tests.authoring import sample
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from etude.config import Config
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time


@pytest.fixture
def school(app: Flask, config: Config, session: UnitOfWorkSession, time: Time) -> Config:
    """A school at a migration, as after `etude serve`, with a course and an activity of two versions in it."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")
    with db.session.begin():
        db.session.merge(School(id=ONLY_ID, name="École du Lac", locale="fr", zone="America/Toronto"))
    ada = factories.user("Ada", "Teacher <x>", login="ada", school_role=SchoolRole.TEACHER)
    save("Un", ada.id)
    time.forward(seconds=60)
    activity = save("Deux", ada.id)
    course = factories.course(code="ICS3U / 1", title="Informatique")
    factories.assignment(course.id, activity.id)
    return config


def save(title: str, made_by_id: int | None) -> Activity:
    with db.session.begin():
        content = replace(sample(), title={"fr": title})
        return store_content(db.session, content, made_by_id=made_by_id, at=clock.now()).activity


@pytest.fixture
def record(school: Config) -> None:
    """The content is recorded; what was recorded is looked at afterwards."""
    history.record_content(school.data, db.engine, clock.now())


def commits(config: Config) -> list[tuple[str, str]]:
    """Who made each commit and what it says, the oldest first."""
    with Repo(str(config.data / history.FOLDER)) as repo:
        walked = [entry.commit for entry in repo.get_walker(include=[repo.refs.read_ref(repository.BRANCH)])]
    return [(one.author.decode(), one.message.decode().strip()) for one in reversed(walked)]


def read(config: Config, path: str) -> bytes | None:
    with repository.opened(config.data / history.FOLDER) as git:
        return git.read(path)


def slug_of(config: Config) -> str:
    return next(iter(Activity.get_latest_versions(db.session)))


def test_each_version_of_an_activity_is_a_commit_of_who_made_it(school: Config, record: None) -> None:
    slug = slug_of(school)
    ada = User.get_by_login(db.session, "ada").id

    found = commits(school)

    assert found[:2] == [
        (f"Ada Teacher x <user-{ada}@etude.invalid>", f"{slug}: version 1"),
        (f"Ada Teacher x <user-{ada}@etude.invalid>", f"{slug}: version 2"),
    ]
    assert b"Deux" in read(school, f"activities/{slug}/activity.toml")


def test_what_has_not_changed_is_no_commit(school: Config, record: None) -> None:
    before = commits(school)

    history.record_content(school.data, db.engine, clock.now())

    assert commits(school) == before


def test_activity_that_goes_to_the_bin_goes_and_comes_back(school: Config, record: None) -> None:
    slug, activity_id = slug_of(school), Activity.get_by_slug(db.session, slug_of(school)).id
    with db.session.begin():
        db.session.get(Activity, activity_id).delete(clock.now(), None)
    history.record_content(school.data, db.engine, clock.now())
    gone = read(school, f"activities/{slug}/activity.toml")
    with db.session.begin():
        activity = db.session.get(Activity, activity_id, execution_options={"include_deleted": True})
        activity.deleted_at = None

    history.record_content(school.data, db.engine, clock.now())

    assert gone is None
    assert b"Deux" in read(school, f"activities/{slug}/activity.toml")


def test_proved_backup_names_the_commit_that_holds_the_school_as_it_was(school: Config) -> None:
    backup = services.create_backup(school, at=clock.now())

    manifest = reading.read_manifest(school.backups / backup.name)
    recorded = json.loads(read(school, f"backups/{backup.name.removesuffix('.tar')}.json"))

    assert recorded["marks"] == manifest.marks
    with Repo(str(school.data / history.FOLDER)) as repo:
        commit = repo[manifest.marks["commit"].encode()]
        assert commit.message == b"Courses, assignments and settings\n"
        head = repo[repo.refs.read_ref(repository.BRANCH)]
        assert (head.parents, head.message) == ([commit.id], f"Backup {backup.name[:-4]}\n".encode())


def test_text_export_holds_courses_assignments_and_settings(school: Config, record: None) -> None:
    [course] = Course.get_page(db.session, offset=0, limit=2)

    document = json.loads(read(school, f"courses/ICS3U-1-{course.id}.json"))

    assert (document["code"], document["title"]) == ("ICS3U / 1", "Informatique")
    assert [given["activity"] for given in document["assignments"]] == [slug_of(school)]
    assert json.loads(read(school, "school.json"))["name"] == "École du Lac"


def test_no_student_and_no_secret_is_in_the_repository(school: Config) -> None:
    course = Course.get_page(db.session, offset=0, limit=1)[0]
    ben = factories.user("Benedikta", "Student", login="benedikta", email="b@x.example")
    factories.enrolment(course.id, ben.id)
    open_storage(school).put(io.BytesIO(b"her homework"), max_bytes=99)

    services.create_backup(school, at=clock.now())

    with Repo(str(school.data / history.FOLDER)) as repo:
        written = [repo[name].as_raw_string() for name in repo.object_store]
    secrets = ["Benedikta", "benedikta", "b@x.example", course.class_code, factories.password_hash(), "her homework"]
    assert len(written) > 10
    assert not [secret for secret in secrets if any(secret.encode() in data for data in written)]


def test_restored_school_makes_the_same_history_again(school: Config, record: None, tmp_path: Path) -> None:
    history.record_content(tmp_path, db.engine, clock.now())

    assert commits(replace(school, data=tmp_path)) == commits(school)


def test_what_a_killed_process_left_does_not_stop_the_next(school: Config, record: None, time: Time) -> None:
    (school.data / history.FOLDER / "refs" / "heads" / "main.lock").touch()
    (school.data / "history.new").mkdir()
    time.forward(seconds=60)
    save("Trois", None)

    history.record_content(school.data, db.engine, clock.now())

    assert commits(school)[-1] == ("Étude <etude@etude.invalid>", f"{slug_of(school)}: version 3")


def test_repository_that_cannot_be_written_stops_no_backup(school: Config) -> None:
    (school.data / history.FOLDER).write_text("no repository")

    backup = services.create_backup(school, at=clock.now())

    assert backup.is_proved
    assert reading.read_manifest(school.backups / backup.name).marks == {}


def test_version_that_cannot_be_read_does_not_stop_the_others(school: Config) -> None:
    slug = slug_of(school)
    factories.activity({"format": "unheard of"}, slug="broken")

    history.record_content(school.data, db.engine, clock.now())

    assert read(school, "activities/broken/activity.toml") is None
    assert b"Deux" in read(school, f"activities/{slug}/activity.toml")


def test_every_object_is_whole(school: Config, record: None) -> None:
    with Repo(str(school.data / history.FOLDER)) as repo:
        objects = [repo[name] for name in repo.object_store]

    for one in objects:
        one.check()
    assert any(isinstance(one, Blob) for one in objects)
