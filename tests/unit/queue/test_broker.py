from __future__ import annotations

from typing import TYPE_CHECKING

import dramatiq
import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.queue import GRADE_SUBMISSION, DatabaseBroker, TaskMessage, enqueue

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time

QUEUE = GRADE_SUBMISSION.queue


@pytest.fixture
def broker(session: UnitOfWorkSession) -> DatabaseBroker:
    broker = DatabaseBroker(db.engine, lease_s=30, middleware=[])
    broker.declare_queue(QUEUE)
    return broker


def send(session: UnitOfWorkSession, *args: object, delay_s: float = 0) -> str:
    with session.begin():
        return enqueue(session, GRADE_SUBMISSION, *args, delay_s=delay_s)


def test_a_task_is_stored_with_the_row_it_is_about_or_not_at_all(session: UnitOfWorkSession) -> None:
    with pytest.raises(ValueError, match="no"), session.begin():
        enqueue(session, GRADE_SUBMISSION, 1)
        raise ValueError("no")

    assert session.query(TaskMessage).count() == 0


def test_tasks_are_taken_in_order_and_only_once(broker: DatabaseBroker, session: UnitOfWorkSession, time: Time) -> None:
    first = send(session, 1)
    time.forward(seconds=1)
    second = send(session, 2)

    assert broker.claim(QUEUE)[0] == first
    assert broker.claim(QUEUE)[0] == second
    assert broker.claim(QUEUE) is None


def test_only_what_is_sent_waits_for_the_disk(broker: DatabaseBroker, session: UnitOfWorkSession) -> None:
    modes: list[str] = []

    def note(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("etude_write"):
            modes.append({1: "NORMAL", 2: "FULL"}[connection.exec_driver_sql("PRAGMA synchronous").scalar()])

    sa.event.listen(db.engine, "commit", note)
    send(session, 1)
    message_id, _body, token = broker.claim(QUEUE)
    broker.renew([token])
    broker.settle(message_id, token, release=False)
    sa.event.remove(db.engine, "commit", note)

    assert modes == ["FULL", "NORMAL", "NORMAL", "NORMAL"]


def test_a_dead_workers_task_is_taken_up_when_its_lease_runs_out(
    broker: DatabaseBroker, session: UnitOfWorkSession, time: Time
) -> None:
    task = send(session, 1)
    broker.claim(QUEUE)

    time.forward(seconds=29)
    assert broker.claim(QUEUE) is None
    time.forward(seconds=2)

    assert broker.claim(QUEUE)[0] == task


def test_a_heartbeat_keeps_a_long_task(broker: DatabaseBroker, session: UnitOfWorkSession, time: Time) -> None:
    send(session, 1)
    _, _, token = broker.claim(QUEUE)

    time.forward(seconds=20)
    broker.renew([token])
    time.forward(seconds=20)

    assert broker.claim(QUEUE) is None


def test_a_late_worker_cannot_end_the_claim_of_another(
    broker: DatabaseBroker, session: UnitOfWorkSession, time: Time
) -> None:
    task = send(session, 1)
    _, _, late = broker.claim(QUEUE)
    time.forward(seconds=31)
    broker.claim(QUEUE)

    broker.settle(task, late, release=False)

    assert session.get(TaskMessage, task) is not None


def test_a_lapsed_lease_is_not_renewed_by_its_former_holder(
    broker: DatabaseBroker, session: UnitOfWorkSession, time: Time
) -> None:
    send(session, 1)
    _, _, late = broker.claim(QUEUE)
    time.forward(seconds=31)
    _, _, current = broker.claim(QUEUE)

    broker.renew([late])

    assert session.query(TaskMessage).one().claim == current


def test_a_delayed_task_waits_for_its_time(broker: DatabaseBroker, session: UnitOfWorkSession, time: Time) -> None:
    send(session, 1, delay_s=60)

    assert broker.claim(QUEUE) is None
    time.forward(seconds=61)

    assert broker.claim(QUEUE) is not None


def test_a_retry_replaces_the_message_it_repeats(
    broker: DatabaseBroker, session: UnitOfWorkSession, time: Time
) -> None:
    task = send(session, 1)
    _, body, token = broker.claim(QUEUE)

    broker.enqueue(dramatiq.Message.decode(body), delay=5000)
    broker.settle(task, token, release=False)

    assert [row.id for row in session.query(TaskMessage)] == [task]
    time.forward(seconds=6)
    assert broker.claim(QUEUE)[0] == task


def test_a_consumer_gives_back_what_it_did_not_do(broker: DatabaseBroker, session: UnitOfWorkSession) -> None:
    send(session, 1)
    consumer = broker.consume(QUEUE, prefetch=1, timeout=10)
    message = next(consumer)

    consumer.requeue([message])
    consumer.close()

    assert broker.claim(QUEUE)[0] == message.message_id


def test_a_consumer_holds_no_more_than_it_may(broker: DatabaseBroker, session: UnitOfWorkSession) -> None:
    send(session, 1)
    send(session, 2)
    consumer = broker.consume(QUEUE, prefetch=1, timeout=10)

    taken = next(consumer)

    assert next(consumer) is None
    consumer.ack(taken)
    assert next(consumer) is not None
    consumer.close()


def test_flushing_drops_every_message(broker: DatabaseBroker, session: UnitOfWorkSession) -> None:
    send(session, 1)

    broker.flush_all()

    assert broker.claim(QUEUE) is None
