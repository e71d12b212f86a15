"""Who comes first, and who takes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.queue import GRADE_SUBMISSION, RUN_PROGRAM, DatabaseBroker, Place, TaskMessage, Urgency, enqueue, get_order
from etude.queue import consumer as consumer_module
from etude.queue import waiting as waiting_module
from etude.queue.waiting import get_waiting
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask

    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time

QUEUE = GRADE_SUBMISSION.queue


@pytest.fixture
def broker(session: UnitOfWorkSession) -> DatabaseBroker:
    broker = DatabaseBroker(db.engine, lease_s=30, middleware=[])
    broker.declare_queue(QUEUE)
    return broker


@pytest.fixture
def send(session: UnitOfWorkSession, time: Time):
    """Send a task a second after the one before; return its id."""

    def send(number: int, **place: object) -> str:
        time.forward(seconds=1)
        with session.begin():
            return enqueue(session, GRADE_SUBMISSION, number, place=Place(**place))

    return send


def taken(broker: DatabaseBroker, count: int) -> list[str]:
    return [broker.claim(QUEUE)[0] for _ in range(count)]


def test_twenty_answers_of_one_student_hold_up_nobody(broker: DatabaseBroker, send) -> None:
    eager = [send(number, owner_id=1) for number in range(20)]
    others = [send(20 + number, owner_id=2 + number) for number in range(29)]

    assert taken(broker, 49) == [eager[0], *others, *eager[1:]]


def test_class_comes_before_what_is_judged_again(broker: DatabaseBroker, send) -> None:
    bulk = send(1, urgency=Urgency.BULK)
    check = send(2, urgency=Urgency.CHECK)
    answer = send(3)

    assert taken(broker, 3) == [answer, check, bulk]


def test_bulk_of_old_answers_costs_their_author_no_place(broker: DatabaseBroker, send) -> None:
    again = [send(number, owner_id=1, urgency=Urgency.BULK) for number in range(3)]
    other = send(4, owner_id=2)
    new = send(5, owner_id=1)

    assert taken(broker, 5) == [other, new, *again]


def test_turn_is_counted_without_a_query_of_its_own(app: Flask, session: UnitOfWorkSession) -> None:
    with count_queries(app) as sent, session.begin():
        enqueue(session, GRADE_SUBMISSION, 1, place=Place(owner_id=1))

    assert sent.count == 1


def test_worker_takes_only_what_it_has_the_languages_for(broker: DatabaseBroker, send) -> None:
    send(1, needs={"csharp"})
    send(2, needs={"python", "cpp"})
    python, nothing = send(3, needs={"python"}), send(4)
    broker.limit_to({"python", "c"})

    assert taken(broker, 2) == [python, nothing]
    assert broker.claim(QUEUE) is None


def test_language_that_is_installed_later_is_judged_from_then_on(broker: DatabaseBroker, send) -> None:
    waits = send(1, needs={"csharp"})
    broker.limit_to({"python"})
    before = broker.claim(QUEUE)

    broker.limit_to({"python", "csharp"})

    assert before is None
    assert taken(broker, 1) == [waits]


def test_task_of_a_later_version_is_left_to_a_later_worker(
    broker: DatabaseBroker, send, session: UnitOfWorkSession
) -> None:
    later, now = send(1), send(2)
    with session.begin():
        session.execute(sa.update(TaskMessage).where(TaskMessage.id == later).values(protocol=2))

    assert taken(broker, 1) == [now]
    assert broker.claim(QUEUE) is None


def test_paused_consumer_takes_nothing_and_keeps_what_it_holds(
    broker: DatabaseBroker, send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "POLL_S", 0.0)
    send(1)
    send(2)
    consumer = broker.consume(QUEUE, prefetch=2, timeout=10)
    held = next(consumer)

    broker.is_paused = True

    assert next(consumer) is None
    broker.is_paused = False
    assert next(consumer).message_id != held.message_id
    consumer.close()


def waiting(session: UnitOfWorkSession) -> list[int]:
    """The numbers of the submissions that wait, in the order of the queue."""
    return [int(subject.partition(":")[2]) for subject in get_order(session)]


def test_place_in_the_queue_is_that_in_which_tasks_are_taken(
    broker: DatabaseBroker, send, session: UnitOfWorkSession
) -> None:
    for number in (1, 2):
        send(number, owner_id=1)
    send(3, owner_id=2)
    send(4, urgency=Urgency.BULK)

    assert waiting(session) == [1, 3, 2, 4]
    broker.claim(QUEUE)
    session.rollback()
    assert waiting(session) == [3, 2, 4]


def test_order_is_asked_for_with_one_query_up_to_a_limit(
    app: Flask, send, session: UnitOfWorkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_module, "MOST_COUNTED", 2)
    for number in range(5):
        send(number)

    with count_queries(app) as sent:
        found = waiting(session)

    assert (found, sent.count) == ([0, 1], 1)


def test_what_waits_is_counted_by_what_it_needs(
    broker: DatabaseBroker, send, session: UnitOfWorkSession, time: Time
) -> None:
    send(1, needs={"csharp"})
    first_at = time.at
    send(2, needs={"csharp"})
    send(3)
    broker.limit_to(())
    broker.claim(QUEUE)

    [only] = get_waiting(session, time.at)

    assert (only.needs, only.count, only.oldest_at) == ({"csharp"}, 2, first_at)


def test_other_queues_are_not_before(send, session: UnitOfWorkSession) -> None:
    with session.begin():
        enqueue(session, RUN_PROGRAM, 1)
    send(1)

    assert waiting(session) == [1]


@pytest.mark.parametrize("statement", ["claim", "order"])
def test_queue_is_read_along_its_index(
    broker: DatabaseBroker, send, session: UnitOfWorkSession, statement: str
) -> None:
    for number in range(30):
        send(number, owner_id=number % 3)
    session.rollback()
    sent: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, text: str, parameters: object, *_rest: object) -> None:
        if text.startswith("SELECT"):
            sent.append((text, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    broker.claim(QUEUE) if statement == "claim" else get_order(session)
    sa.event.remove(db.engine, "before_cursor_execute", note)

    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sent[0][0]}", sent[0][1]).all())
        assert "ix_task_message_order" in plan
        assert "SCAN task_message" not in plan
        assert "TEMP B-TREE" not in plan
    assert sent
