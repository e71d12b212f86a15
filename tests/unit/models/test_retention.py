from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from etude.config import Config
from etude.models import (
    Activity,
    Assignment,
    AuditEntry,
    Base,
    Console,
    Course,
    Enrolment,
    KnownDevice,
    OneTimeLink,
    Outage,
    Rejudgement,
    Run,
    Submission,
    User,
    UserSession,
    WorkerState,
)
from etude.models.live import Event
from etude.models.mixins import SoftDeleteMixin
from etude.models.monitoring import Alarm, ErrorGroup, Measurement
from etude.models.retention import Retention, purge_batch, retained, retention_of
from etude.models.user import LinkPurpose
from etude.models.user.session import LONGEST
from etude.models.watching import ConsoleDemo, ConsoleHint, ConsoleLook, ConsoleRecord
from tests import classroom, factories
from tests.conftest import START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etude.core.db import UnitOfWorkSession

OLD, RECENT = START - timedelta(days=40), START - timedelta(days=1)
LIMIT = START - timedelta(days=30)


def every(session: UnitOfWorkSession, model: type[Any]) -> set[Any]:
    key = sa.inspect(model).primary_key[0]
    return set(session.scalars(sa.select(key), execution_options={"include_deleted": True}))


def purge(session: UnitOfWorkSession, model: type[Base]) -> int:
    with session.begin():
        return purge_batch(session, model, LIMIT)


def test_what_can_be_deleted_leaves_the_bin_one_day() -> None:
    deletable = {model for model in retained() if issubclass(model, SoftDeleteMixin)}

    assert deletable == {Activity, Assignment, Course, Enrolment, User, *SoftDeleteMixin.__subclasses__()}
    assert {retention_of(model).kept for model in deletable} == {"retention_days"}


def test_what_comes_and_goes_with_sign_ins_and_runs_is_not_kept_for_ever() -> None:
    kept = {model: retention_of(model).kept for model in retained() if not issubclass(model, SoftDeleteMixin)}

    assert kept == {
        UserSession: "sign_ins_kept_days",
        OneTimeLink: "sign_ins_kept_days",
        KnownDevice: "devices_kept_days",
        Run: timedelta(days=1),
        Console: timedelta(days=90),
        Event: timedelta(days=1),
        WorkerState: timedelta(days=1),
        Outage: timedelta(days=90),
        Rejudgement: timedelta(days=400),
        Alarm: timedelta(days=2),
        ErrorGroup: timedelta(days=30),
        Measurement: timedelta(days=2),
        ConsoleDemo: timedelta(days=90),
        ConsoleHint: timedelta(days=90),
        ConsoleLook: timedelta(days=90),
        ConsoleRecord: timedelta(days=30),
    }
    assert timedelta(days=1) > LONGEST, "a sign-in is counted from its beginning: it must be over by then"


def test_what_refers_to_another_table_is_purged_before_it() -> None:
    order = retained()

    assert order.index(Assignment) < order.index(Activity)
    assert order.index(Enrolment) < order.index(Course)
    assert order.index(UserSession) < order.index(User)


@pytest.mark.parametrize(
    ("kept", "days", "is_short"),
    [("retention_days", 90, False), ("devices_kept_days", 400, False), (timedelta(days=1), 1, True)],
)
def test_the_time_is_that_of_the_settings_or_the_tables_own(kept: timedelta | str, days: int, is_short: bool) -> None:
    retention = Retention(since="x", kept=kept)

    assert retention.before(START, Config(retention_days=90)) == START - timedelta(days=days)
    assert retention.is_short is is_short


def sign_in(user_id: int, at: Any, number: int) -> UserSession:
    return UserSession(user_id=user_id, secret_hash=str(number), epoch=0, started_at=at, last_seen_at=at)


def device(user_id: int, at: Any, number: int) -> KnownDevice:
    return KnownDevice(user_id=user_id, secret_hash=str(number), first_used_at=OLD, last_used_at=at)


def link(user_id: int, at: Any, number: int) -> OneTimeLink:
    return OneTimeLink(
        user_id=user_id, token_hash=str(number), purpose=LinkPurpose.INVITATION, made_at=OLD, expires_at=at
    )


def event(_user_id: int, at: Any, _number: int) -> Event:
    return Event(topic="x", payload={}, created_at=at)


def worker(_user_id: int, at: Any, number: int) -> WorkerState:
    return WorkerState(name=str(number), seen_at=at, tier="full")


@pytest.mark.parametrize("make", [sign_in, device, link, event, worker])
def test_rows_past_their_time_go_and_the_others_stay(
    make: Callable[[int, Any, int], Base], session: UnitOfWorkSession
) -> None:
    user_id = factories.user().id
    old, at_the_limit, recent = (factories.add(make(user_id, at, n)) for n, at in enumerate([OLD, LIMIT, RECENT]))
    key = sa.inspect(type(old)).primary_key[0].name

    removed = purge(session, type(old))

    assert removed == 1
    assert every(session, type(recent)) == {getattr(at_the_limit, key), getattr(recent, key)}


def test_a_run_of_the_day_before_yesterday_goes(session: UnitOfWorkSession, people: factories.People) -> None:
    room = classroom.open_room(people)
    for at in (OLD, START):
        factories.add(
            Run(assignment_id=room.assignment, user_id=people.ben, language="c", files={}, stdin="", asked_at=at)
        )

    assert purge(session, Run) == 1


def test_one_transaction_removes_a_batch_the_oldest_first(
    session: UnitOfWorkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = factories.user().id
    for days in (35, 50, 40):
        factories.add(sign_in(user_id, START - timedelta(days=days), days))
    monkeypatch.setattr(UserSession, "retention", Retention(since="started_at", kept="sign_ins_kept_days", batch=2))

    counts = [purge(session, UserSession)]
    left = set(session.scalars(sa.select(UserSession.secret_hash)))
    counts += [purge(session, UserSession), purge(session, UserSession)]

    assert left == {"35"}
    assert counts == [2, 1, 0]


def put_in_bin(session: UnitOfWorkSession, model: type[SoftDeleteMixin], row_id: int, at: Any) -> None:
    with session.begin():
        session.get(model, row_id).delete(at, None)


def test_the_bin_loses_only_what_is_old_in_it(session: UnitOfWorkSession, people: factories.People) -> None:
    old, recent, living = (factories.assignment(people.course, factories.activity().id) for _ in range(3))
    put_in_bin(session, Assignment, old.id, OLD)
    put_in_bin(session, Assignment, recent.id, RECENT)

    assert purge(session, Assignment) == 1
    assert every(session, Assignment) == {recent.id, living.id}


def test_an_activity_that_an_assignment_uses_stays(session: UnitOfWorkSession, people: factories.People) -> None:
    used, unused = factories.activity(), factories.activity()
    factories.assignment(people.course, used.id)
    for one in (used, unused):
        put_in_bin(session, Activity, one.id, OLD)

    assert purge(session, Activity) == 1
    assert every(session, Activity) == {used.id}


def test_a_course_goes_with_all_that_is_in_it_and_takes_nobodys_account(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    factories.assignment(people.course, factories.activity().id)
    put_in_bin(session, Course, people.course, OLD)

    assert purge(session, Course) == 1
    assert every(session, Enrolment) == every(session, Assignment) == set()
    assert people.ben in every(session, User)


def test_an_account_goes_with_its_work_and_its_sign_ins_and_nobody_elses(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    room = classroom.open_room(people)
    classroom.submit(room, people.ben)
    factories.add(sign_in(people.ben, RECENT, 1))
    factories.add(sign_in(people.ada, RECENT, 2))
    put_in_bin(session, User, people.ben, OLD)
    put_in_bin(session, User, people.cy, RECENT)

    assert purge(session, User) == 1
    assert every(session, User) == {people.admin, people.ada, people.cy}
    assert every(session, Submission) == set()
    assert set(session.scalars(sa.select(UserSession.user_id))) == {people.ada}
    assert AuditEntry.find_break(session) is None


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("model", retained(), ids=lambda model: model.__name__)
def test_no_table_is_walked_through_to_find_what_is_old(model: type[Base], engine: sa.Engine) -> None:
    since, table = retention_of(model).since, model.__tablename__
    query = f'EXPLAIN QUERY PLAN SELECT rowid FROM "{table}" WHERE {since} < ? ORDER BY {since} LIMIT 500'

    with engine.connect() as connection:
        plan = connection.exec_driver_sql(query, ("2026",)).all()

    assert any("INDEX" in line[3] for line in plan), plan
