"""What every test can ask for: an application on a database of its own, three people, and a clock that is set by hand.

Ada teaches, Ben is enrolled, Cy is an outsider. Mail and network are forbidden by fixtures that always apply.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import socket
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MethodType
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import settings
from jinja2.bccache import BytecodeCache
from werkzeug.routing import Rule

from etude.app import create_app
from etude.config import Config
from etude.core import clock
from etude.core.caching import memory
from etude.extensions import db
from etude.models import Base, School
from etude.models.audit_entry.guarding import guard
from etude.queue.doorbell import line
from etude.queue.sending import outlet
from etude.worker.announcing import Clock as WorkersClock
from tests import factories
from tests.conditions import Conditions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    from flask.testing import FlaskClient
    from jinja2.bccache import Bucket

ROOT = Path(__file__).parents[1]
_servers_with_tables: set[sa.URL] = set()
START = datetime(2026, 11, 24, 13, 15, tzinfo=UTC)


# Nothing is kept between runs, and a busy machine makes no test fail.
settings.register_profile("etude", database=None, deadline=None)
settings.load_profile("etude")


def pytest_configure(config: pytest.Config) -> None:
    """Register what leaves tests out by name, and compile the catalogues once, before any process is started."""
    config.pluginmanager.register(Conditions(), "etude-conditions")
    if not hasattr(config, "workerinput"):
        compile_catalogues()


def pytest_collection_finish() -> None:
    """Nothing that was imported will ever be garbage: not looking there again saves a seventh of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 25, 50)


def compile_catalogues() -> None:
    """Bring the compiled translations up to date. A faulty one is left to the house test that names the fault."""
    sys.path.insert(0, str(ROOT))
    import hatch_build

    sys.path.remove(str(ROOT))
    for source in hatch_build.stale_catalogues(ROOT):
        with contextlib.suppress(hatch_build.BuildError, OSError, ValueError):
            hatch_build.compile_catalogue(source)


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
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Time]:
    """Stand still everywhere: a worker of this process would go by a server's clock, which no test can set."""
    fixed = Time()
    clock.replace(fixed)
    monkeypatch.setattr(WorkersClock, "compare", lambda self: None)
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


@pytest.fixture(autouse=True)
def _own_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the temporary folder back: `etude serve` moves it into its data, for the process that is the test's too."""
    monkeypatch.setattr(tempfile, "tempdir", tempfile.gettempdir())


@pytest.fixture
def database_url() -> str:
    """The database of a test: SQLite in its own folder, or the one that ETUDE_TEST_DATABASE_URL names (no -n then)."""
    return os.environ.get("ETUDE_TEST_DATABASE_URL", "")


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    config = Config(data=tmp_path / "data", testing=True, database_url=database_url)
    config.data.mkdir(mode=0o700)
    config.make_secret_key()
    return config


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Werkzeug compiles each address anew for each application, which is most of what one costs."""
    compile_it = Rule.compile
    compiled: dict[object, Rule] = {}

    def compile_once(rule: Rule) -> None:
        twin = compiled.setdefault((rule.rule, rule.subdomain, repr(rule.defaults)), rule)
        if twin is rule:
            compile_it(rule)
            return
        for name in ("arguments", "_parts", "_trace", "_converters"):
            setattr(rule, name, getattr(twin, name))
        for name in ("_build", "_build_unknown"):
            setattr(rule, name, MethodType(getattr(twin, name).__func__, rule))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        yield


class KeptTemplates(BytecodeCache):
    """What a template was compiled to, for every application of this process."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once() -> Iterator[None]:
    """Jinja compiles a template anew for each application, which is most of what a page costs its first reader."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", KeptTemplates())
        yield


def make_tables() -> None:
    """Make every table, or empty them where this process has made them: on a server that costs a tenth."""
    if db.engine.url not in _servers_with_tables:
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        if db.engine.dialect.name == "postgresql":
            _servers_with_tables.add(db.engine.url)
        return
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with db.engine.begin() as connection:
        for table in ("audit_entry", "audit_seal"):  # they refuse it
            connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY"))
        guard(connection)
        for table in ("audit_entry", "audit_seal"):
            connection.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def make_school() -> None:
    """An empty school."""
    make_tables()
    with db.session.begin():
        db.session.add(School(id=1, name="École de test", locale="en", zone="America/Toronto", contact="Ada"))


@pytest.fixture(scope="session")
def empty_school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite database of an empty school: a copy of it costs less than its thirty tables."""
    config = Config(data=tmp_path_factory.mktemp("school"), testing=True)
    config.make_secret_key()
    with create_app(config).app_context():
        make_school()
        db.engine.dispose()
    return config.data / "etude.db"


@pytest.fixture
def app(config: Config, empty_school: Path) -> Iterator[Flask]:
    """An application with an empty school; every table is there."""
    if not config.database_url:
        shutil.copy(empty_school, config.data)
    app = create_app(config)
    memory.clear()
    if config.database_url:
        with app.app_context():
            make_school()
    yield app
    with app.app_context():
        db.engine.dispose()
    outlet.doorbell = line.exchange = None
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
