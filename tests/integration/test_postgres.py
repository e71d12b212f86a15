"""The product on PostgreSQL: what a school uses that has outgrown one machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from etude import audit
from etude.app import create_app
from etude.audit import AuditTag
from etude.core import clock, schema
from etude.core.db import UnitOfWorkSession
from etude.extensions import db
from etude.features.backups import restoring
from etude.features.backups import services as backups
from etude.models import AuditEntry, Base, StoredFile, Submission, User
from etude.queue import GRADE_SUBMISSION, DatabaseBroker, TaskMessage, enqueue
from etude.scheduler import Job, claim
from tests import classroom, factories, servers
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from tests.servers import Postgres

QUEUE = GRADE_SUBMISSION.queue


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with servers.postgres() as server:
        yield server


@pytest.fixture
def database_url(server: Postgres) -> Iterator[str]:
    with server.database() as url:
        yield url


@pytest.fixture
def tools(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server's own version."""
    monkeypatch.setenv("PATH", f"{server.tools}{os.pathsep}{os.environ['PATH']}")


def at_once(count: int, work: Callable[[int], None]) -> None:
    """Do the same in several threads that begin at the same moment."""
    begin, errors = Barrier(count), []

    def call(number: int) -> None:
        begin.wait(20)
        try:
            work(number)
        except Exception as error:  # noqa: BLE001  told to the test below
            errors.append(error)

    threads = [Thread(target=call, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on an empty database."""
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


def test_migrations_make_exactly_the_tables_of_the_models(engine: sa.Engine) -> None:
    schema.upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert not differences


def test_migrations_make_every_foreign_key_those_of_a_circle_too(engine: sa.Engine) -> None:
    schema.upgrade(engine)

    inspector = sa.inspect(engine)
    made = {(table, key["name"]) for table in inspector.get_table_names() for key in inspector.get_foreign_keys(table)}
    wanted = {(name, key.name) for name, table in Base.metadata.tables.items() for key in table.foreign_key_constraints}
    assert made == wanted


def test_migrations_go_down_and_up_again(engine: sa.Engine) -> None:
    schema.upgrade(engine)

    schema.downgrade(engine, "base")

    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade(engine)
    assert schema.is_up_to_date(engine)


def test_writers_that_lock_their_row_lose_no_increment(app: Flask, people: factories.People) -> None:
    def count(_number: int) -> None:
        for _ in range(10):
            with app.app_context(), db.session.begin():
                User.get_for_update(db.session, people.ben).failed_logins += 1

    at_once(4, count)

    with app.app_context():
        assert db.session.get(User, people.ben).failed_logins == 40


def test_a_jobs_first_time_is_one_processs_only(app: Flask) -> None:
    job = Job(name="first", run=lambda _config, _at: None, every=timedelta(minutes=1))
    claimed = []

    def take(_number: int) -> None:
        with app.app_context():
            claimed.append(claim(job, clock.now(), ZoneInfo("UTC")))

    at_once(6, take)

    assert claimed.count(True) == 1


def test_a_write_outside_a_block_is_refused_here_too(session: UnitOfWorkSession) -> None:
    session.add(User(given_name="Stray", family_name="Row", login="stray"))

    with pytest.raises(sa.exc.InvalidRequestError, match="outside"):
        session.flush()
    session.rollback()


def test_a_deleted_login_is_free_again_and_a_living_one_is_not(session: UnitOfWorkSession) -> None:
    first = factories.user(login="emma")
    with session.begin():
        session.get(User, first.id).delete(clock.now(), None)

    factories.user(login="emma")

    with pytest.raises(sa.exc.IntegrityError):
        factories.user(login="Émma")


@pytest.fixture
def broker(app: Flask) -> DatabaseBroker:
    with app.app_context():
        broker = DatabaseBroker(db.engine, lease_s=30, middleware=[])
    broker.declare_queue(QUEUE)
    return broker


def send(count: int) -> set[str]:
    with db.session.begin():
        return {enqueue(db.session, GRADE_SUBMISSION, number) for number in range(count)}


def test_two_workers_take_each_task_once(app: Flask, broker: DatabaseBroker) -> None:
    with app.app_context():
        sent = send(40)
    taken: list[str] = []

    def work(_number: int) -> None:
        while claimed := broker.claim(QUEUE):
            taken.append(claimed[0])

    at_once(2, work)

    assert len(taken) == len(sent)
    assert set(taken) == sent


def test_a_task_that_another_worker_is_taking_is_passed_over_not_waited_for(app: Flask, broker: DatabaseBroker) -> None:
    with app.app_context():
        send(2)
        oldest = sa.select(TaskMessage.id).order_by(TaskMessage.eta).limit(1).with_for_update()
        with db.engine.begin() as other:
            locked = other.execute(oldest).scalar_one()

            claimed = broker.claim(QUEUE)

    assert claimed is not None
    assert claimed[0] != locked


def test_the_audit_chain_holds_under_writers_at_once(app: Flask) -> None:
    def act(number: int) -> None:
        for turn in range(5):
            with app.app_context(), db.session.begin():
                audit.record(db.session, AuditTag.LOGOUT, details={"who": f"{number}-{turn}"})

    at_once(4, act)

    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 20
        assert AuditEntry.find_break(db.session) is None


def test_a_student_signs_in_hands_in_and_reads_the_result(
    app: Flask, client: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        room = classroom.open_room(people)
    signed_in = factories.post(client, "/auth/sign-in", {"login": "ben", "password": factories.PASSWORD})
    assert signed_in.status_code in (302, 303)

    submission_id = classroom.submission_id_of(classroom.hand_in(client, room, classroom.RIGHT))

    with app.app_context():
        assert db.session.get(Submission, submission_id).user_id == people.ben
        assert db.session.scalars(sa.select(TaskMessage.subject)).all() == [f"grade_submission:{submission_id}"]
        classroom.judge(submission_id)
    assert 'data-state="judged"' in client.get(f"/submissions/{submission_id}").text
    assert client.get("/courses").status_code == 200


@pytest.mark.usefixtures("tools")
def test_a_backup_is_restored_into_an_empty_database(
    app: Flask, config: Config, server: Postgres, tmp_path: Path
) -> None:
    with app.app_context():
        db.session.close()
        Base.metadata.drop_all(db.engine)
        schema.upgrade(db.engine)
        factories.user("Élodie", "Đặng", login="elodie")
        data = b"a flowchart"
        stored = hashlib.sha256(data).hexdigest()
        place = config.uploads / stored[:2] / stored[2:4] / stored
        place.parent.mkdir(parents=True)
        place.write_bytes(data)
        factories.add(StoredFile(sha256=stored, size_bytes=len(data), stored_at=clock.now()))
        backup = backups.create_backup(config, at=clock.now())
        assert backup.is_proved, backup.faults

    with server.database() as url:
        target = replace(config, data=tmp_path / "elsewhere", database_url=url)
        restoring.restore_backup(target, config.backups / backup.name)

        with create_app(target).app_context():
            assert User.get_by_login(db.session, "élodie").family_name == "Đặng"
            assert schema.is_up_to_date(db.engine)
            db.session.close()
            db.engine.dispose()
    assert [path.read_bytes() for path in target.uploads.rglob("[0-9a-f]*") if path.is_file()] == [data]


NOT_HERE = (
    "tests/unit/core/test_db.py::test_eight_writers_lose_no_increment",
    "tests/unit/queue/test_broker.py::test_only_what_is_sent_waits_for_the_disk",
    "tests/unit/core/test_db.py::test_what_must_last_waits_for_the_disk_whatever_was_written_before",
)
"""What is about SQLite's one writer, whose counterpart is above, and about how it writes to the disk."""
ON_EVERY_DATABASE = (
    "tests/unit/core/test_db.py", "tests/unit/models", "tests/unit/queue", "tests/unit/test_audit.py",
    "tests/unit/test_scheduler.py", "tests/integration/test_auth_flow.py", "tests/integration/test_handing_in.py",
    "tests/integration/test_drafts.py", "tests/integration/test_reviews.py", "tests/integration/test_file_upload.py",
    "tests/integration/test_quiz.py", "tests/integration/test_courses_manage.py",
    "tests/integration/test_courses_assignments.py", "tests/integration/test_progress_table.py",
    "tests/integration/test_roster_import.py", "tests/integration/test_live_updates.py",
)  # fmt: skip


@pytest.mark.long
@pytest.mark.usefixtures("tools")
def test_what_holds_on_sqlite_holds_here(server: Postgres) -> None:
    with server.database() as url:
        leave_out = [word for name in NOT_HERE for word in ("--deselect", name)]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not long", *leave_out, *ON_EVERY_DATABASE],
            cwd=ROOT, env={**os.environ, "ETUDE_TEST_DATABASE_URL": url}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert done.returncode == 0, done.stdout[-5000:]


GUARDED = (
    "UPDATE audit_entry SET tag = 'nothing:to:see'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry CASCADE",
    "UPDATE audit_detail SET document = '{}'",
)


def test_the_database_keeps_the_audit_log(engine: sa.Engine) -> None:
    schema.upgrade(engine)
    with UnitOfWorkSession(engine) as session, session.begin():
        audit.record(session, AuditTag.LOGOUT, details={"who": "x"})

    for attack in GUARDED:
        with pytest.raises(sa.exc.DBAPIError, match="only added to"), engine.begin() as connection:
            connection.exec_driver_sql(attack)

    with UnitOfWorkSession(engine) as session:
        assert AuditEntry.prove(session).entries == 1


def test_an_act_holds_the_chain_only_at_its_commit(app: Flask) -> None:
    """Two that wait for each other would end in an error of the database."""
    with app.app_context(), db.session.begin():
        audit.record(db.session, AuditTag.LOGOUT)
        with UnitOfWorkSession(db.engine) as other, other.begin():
            other.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
            audit.record(other, AuditTag.LOGOUT)

    with app.app_context():
        assert AuditEntry.prove(db.session).entries == 2
