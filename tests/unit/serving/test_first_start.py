from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.config import Config
from etude.core.errors import Conflict
from etude.extensions import db
from etude.models import Course, OneTimeLink, School, User
from etude.models.user import LinkPurpose, SchoolRole
from etude.serving import first_start
from etude.serving.first_start import DEFAULT_ZONE, SchoolAnswers
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.conftest import Time

ANSWERS = SchoolAnswers(name="Lycée", locale="fr", zone="America/Toronto", contact="Ada")


def test_folder_is_made_for_its_owner_alone_and_the_key_once(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "deep" / "data")

    assert first_start.make_data_folder(config) is True
    assert first_start.make_data_folder(config) is False
    assert config.data.stat().st_mode & 0o777 == 0o700
    assert len(config.read_secret_key()) >= 32
    assert not list((config.data / "run").glob("probe-*"))


def test_second_start_on_the_same_folder_is_refused_while_the_first_one_lives(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    first_start.make_data_folder(config)

    with first_start.lock_data_folder(config), pytest.raises(Conflict, match="already runs on this data folder"):
        first_start.lock_data_folder(config)

    first_start.lock_data_folder(config).close()


def test_lock_of_a_killed_process_does_not_stop_a_new_start(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    first_start.make_data_folder(config)
    (tmp_path / "run" / "serve.lock").write_text("4711")

    with first_start.lock_data_folder(config) as lock:
        assert "4711" not in Path(lock.name).read_text()


@pytest.mark.parametrize(
    ("target", "zone"),
    [
        ("/usr/share/zoneinfo/Europe/Paris", "Europe/Paris"),
        ("../usr/share/zoneinfo/America/Argentina/Salta", "America/Argentina/Salta"),
        ("/usr/share/zoneinfo/Etc/UTC", DEFAULT_ZONE),
        ("/usr/share/zoneinfo/UTC", DEFAULT_ZONE),
        ("/somewhere/else", DEFAULT_ZONE),
    ],
)
def test_zone_of_the_machine_is_used_where_it_is_a_place(
    monkeypatch: pytest.MonkeyPatch, target: str, zone: str
) -> None:
    monkeypatch.setattr(Path, "readlink", lambda _path: Path(target))

    assert first_start.system_zone() == zone


def test_machine_that_does_not_say_its_zone_is_in_the_first_schools(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> None:
        raise OSError(22, "not a link")

    monkeypatch.setattr(Path, "readlink", refuse)

    assert first_start.system_zone() == DEFAULT_ZONE


@pytest.fixture
def empty_app(config: Config) -> Flask:
    """An application right after the database was made: nothing is in it."""
    app = first_start.prepare_database(config)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_school_is_what_was_answered(empty_app: Flask) -> None:
    assert not first_start.has_school(empty_app)

    first_start.make_school(empty_app, ANSWERS)

    assert first_start.has_school(empty_app)
    with empty_app.app_context():
        school = School.get(db.session)
        assert (school.name, school.locale, school.zone) == ("Lycée", "fr", "America/Toronto")


@pytest.mark.parametrize("answers", [
    SchoolAnswers(name="X", locale="de", zone="America/Toronto", contact=""),
    SchoolAnswers(name="X", locale="fr", zone="Toronto", contact=""),
])  # fmt: skip
def test_answer_that_cannot_be_is_refused(empty_app: Flask, answers: SchoolAnswers) -> None:
    with pytest.raises(ValueError, match="unknown language or time zone"):
        first_start.make_school(empty_app, answers)


def test_sample_course_comes_in_the_schools_language(empty_app: Flask) -> None:
    first_start.make_school(empty_app, ANSWERS)

    first_start.add_sample_course(empty_app)

    with empty_app.app_context():
        course = db.session.scalars(sa.select(Course)).one()
        assert (course.locale, course.owner_id) == ("fr", None)


def test_link_that_creates_the_admin_is_new_at_each_start_and_the_old_one_ends(app: Flask, time: Time) -> None:
    first, second = first_start.make_admin_link(app), first_start.make_admin_link(app)

    with app.app_context(), db.session.begin():
        old, new = (OneTimeLink.get_by_token(db.session, token, LinkPurpose.CREATE_ADMIN) for token in (first, second))
        assert not old.is_usable(time())
        assert new.is_usable(time())
        assert not new.is_usable(time.forward(days=2))


def test_school_with_an_admin_gets_no_link(app: Flask) -> None:
    with app.app_context():
        factories.user(school_role=SchoolRole.ADMIN)

    assert first_start.make_admin_link(app) is None


def test_school_whose_only_admin_is_in_the_bin_gets_one(app: Flask, time: Time) -> None:
    with app.app_context():
        admin = factories.user(school_role=SchoolRole.ADMIN)
        with db.session.begin():
            db.session.get(User, admin.id).delete(time(), None)

    assert first_start.make_admin_link(app)
