from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.app import create_app
from etude.cli import main
from etude.config import Config
from etude.core import schema
from etude.core.errors import Conflict, Refused, Unavailable
from etude.extensions import db
from etude.models import AuditEntry, Base, School, Submission, User
from etude.serving import moving
from tests import classroom, factories, servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import Postgres

pytestmark = pytest.mark.long  # each test makes a school by its migrations, twice


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with servers.postgres() as server:
        yield server


@pytest.fixture
def school(tmp_path: Path) -> Config:
    """An embedded school with a submission, made by its migrations as `etude serve` does."""
    config = Config(data=tmp_path / "data", testing=True)
    config.data.mkdir()
    config.make_secret_key()
    with create_app(config).app_context():
        schema.upgrade(db.engine)
        with db.session.begin():
            db.session.add(School(id=1, name="École d’essai", locale="fr", zone="America/Toronto"))
        people = factories.people()
        room = classroom.open_room(people)
        classroom.submit(room, people.ben)
        with db.session.begin():  # somebody was deleted by an account that came later
            db.session.get_one(User, people.ada).deleted_by_id = people.cy
        db.engine.dispose()
    return config


@pytest.fixture
def target(school: Config, server: Postgres) -> Iterator[Config]:
    with server.database() as url:
        yield replace(school, database_url=url)


def test_school_arrives_whole_and_goes_on(school: Config, target: Config) -> None:
    rows, ticks = moving.count_rows(school), []

    moved = moving.move(target, ticks.append)

    assert sum(held.rows for held in moved.values()) == rows == sum(ticks) / 2
    with create_app(target).app_context():
        assert schema.is_up_to_date(db.engine)
        assert db.session.get(School, 1).name == "École d’essai"
        assert db.session.scalars(sa.select(Submission.user_id)).one()
        assert AuditEntry.find_break(db.session) is None
        assert AuditEntry.get_last(db.session).tag == "school:database:moved"
        newest = db.session.scalar(sa.select(sa.func.max(User.id)))
        assert factories.user("new").id > newest
        db.engine.dispose()
    assert not (school.data / "etude.db").exists()
    assert (school.data / "etude.db.moved").exists()


def test_keys_are_as_strict_as_before(target: Config) -> None:
    moving.move(target)

    engine = sa.create_engine(target.database)
    with engine.connect() as connection:
        deferred = connection.execute(sa.text("SELECT conname FROM pg_constraint WHERE condeferrable")).all()
    engine.dispose()
    assert deferred == []


def test_database_with_rows_is_left_alone(school: Config, target: Config) -> None:
    with create_app(target).app_context():
        schema.upgrade(db.engine)
        with db.session.begin():
            db.session.add(School(id=1, name="Another", locale="en", zone="UTC"))
        db.engine.dispose()

    with pytest.raises(Conflict, match="school"):
        moving.move(target)

    assert (school.data / "etude.db").exists()


def test_what_does_not_arrive_whole_is_not_moved(
    school: Config, target: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_total", lambda *_args: moving.Sum(0, 1))

    with pytest.raises(Unavailable, match="did not arrive whole"):
        moving.move(target)

    engine = sa.create_engine(target.database)
    with engine.connect() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        ]
    engine.dispose()
    assert not any(counts)
    assert (school.data / "etude.db").exists()


def test_what_postgresql_cannot_hold_is_a_sentence(school: Config, target: Config) -> None:
    engine = sa.create_engine(school.database)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE school SET contact = 'a' || char(0) || 'b'"))
    engine.dispose()

    with pytest.raises(Unavailable, match="refused the table school"):
        moving.move(target)


def test_without_a_school_or_without_postgresql_it_is_refused(school: Config, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="ETUDE_DATABASE_URL"):
        moving.move(school)
    with pytest.raises(Refused, match="no embedded school"):
        moving.count_rows(replace(school, data=tmp_path / "none"))


def test_database_that_is_away_is_a_sentence(school: Config) -> None:
    away = replace(school, database_url="postgresql+psycopg://etude@127.0.0.1:1/etude")

    with pytest.raises(Unavailable, match="cannot be reached"):
        moving.move(away)


def test_command_shows_a_bar_and_each_table(
    school: Config, target: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ETUDE_DATABASE_URL", target.database_url)
    monkeypatch.setenv("ETUDE_LANGUAGE", "en")

    with pytest.raises(SystemExit) as ended:
        main(["db", "move", "--data", str(school.data)])

    said = capsys.readouterr()
    assert not ended.value.code
    assert "Moving" in said.err
    assert re.search(r"^  submission  1  [0-9a-f]{64}$", said.out, re.MULTILINE)
    assert "each compared" in said.out
