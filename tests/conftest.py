"""What every test can ask for: an application on a database of its own, three people, and a clock that is set by hand.

Ada teaches, Ben is enrolled, Cy is an outsider. Mail and network are forbidden by fixtures that always apply.
"""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from etude.app import create_app
from etude.config import Config
from etude.core import clock
from etude.core.caching import memory
from etude.extensions import db
from etude.models import Base, School
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

START = datetime(2026, 11, 24, 13, 15, tzinfo=UTC)


class Time:
    """The clock of a test: it stands still until it is told to go on."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def time() -> Iterator[Time]:
    fixed = Time()
    clock.replace(fixed)
    yield fixed
    clock.replace(None)


@pytest.fixture(autouse=True)
def _no_foreign_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing leave the machine: a test that tries fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        local = self.family == socket.AF_UNIX or (
            isinstance(address, tuple) and str(address[0]) in ("127.0.0.1", "::1", "localhost")
        )
        assert local, f"a test tried to reach {address!r}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    config = Config(data=tmp_path / "data", testing=True, database_url=os.environ.get("ETUDE_TEST_DATABASE_URL", ""))
    config.data.mkdir(mode=0o700)
    config.make_secret_key()
    return config


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """An application with an empty school; every table is there."""
    app = create_app(config)
    memory.clear()
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        with db.session.begin():
            db.session.add(School(id=1, name="École de test", locale="en", zone="America/Toronto", contact="Ada"))
    yield app
    with app.app_context():
        db.engine.dispose()
    memory.clear()


@pytest.fixture
def session(app: Flask) -> Iterator[object]:
    """The session of an application context that lasts for the test."""
    with app.app_context():
        yield db.session


@pytest.fixture
def people(app: Flask) -> factories.People:
    """Ada, Ben and Cy, with a course of Ada's that Ben is in; as ids, which are valid in every session."""
    with app.app_context():
        return factories.people()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser where nobody is signed in."""
    return app.test_client()


@pytest.fixture
def as_teacher(app: Flask, people: factories.People) -> FlaskClient:
    """Ada's browser."""
    return factories.sign_in(app, people.ada)


@pytest.fixture
def as_student(app: Flask, people: factories.People) -> FlaskClient:
    """Ben's browser."""
    return factories.sign_in(app, people.ben)


@pytest.fixture
def as_outsider(app: Flask, people: factories.People) -> FlaskClient:
    """Cy's browser: an account of the school that is in no course."""
    return factories.sign_in(app, people.cy)


@pytest.fixture
def as_admin(app: Flask, people: factories.People) -> FlaskClient:
    """The admin's browser."""
    return factories.sign_in(app, people.admin)
