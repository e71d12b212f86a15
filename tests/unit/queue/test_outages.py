"""The database goes away under a consumer and comes back: nothing is lost and nothing is done twice for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dramatiq
import pytest
import sqlalchemy as sa
from dramatiq.errors import ConnectionClosed

from etude.extensions import db
from etude.queue import GRADE_SUBMISSION, DatabaseBroker, TaskMessage, consumer, enqueue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etude.core.db import UnitOfWorkSession

QUEUE = GRADE_SUBMISSION.queue


class Outage:
    """Makes every statement fail while it lasts, as a database does that is being restarted."""

    is_on = False

    def strike(self, *_event: object) -> None:
        if self.is_on:
            raise sa.exc.OperationalError("", {}, Exception("server closed the connection unexpectedly"))


@pytest.fixture
def outage(session: UnitOfWorkSession) -> Iterator[Outage]:
    outage = Outage()
    sa.event.listen(db.engine, "before_cursor_execute", outage.strike)
    yield outage
    sa.event.remove(db.engine, "before_cursor_execute", outage.strike)


@pytest.fixture
def broker(session: UnitOfWorkSession) -> DatabaseBroker:
    broker = DatabaseBroker(db.engine, lease_s=30, middleware=[])
    broker.declare_queue(QUEUE)
    return broker


def test_consumer_waits_for_the_database_and_goes_on(
    session: UnitOfWorkSession, broker: DatabaseBroker, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "POLL_S", 0.0)
    with session.begin():
        sent = enqueue(session, GRADE_SUBMISSION, 1)
    taking = broker.consume(QUEUE, prefetch=1, timeout=10)
    outage.is_on = True
    meanwhile = next(taking)

    outage.is_on = False

    assert meanwhile is None
    assert next(taking).message_id == sent
    taking.close()


def test_task_that_was_done_is_dropped_when_the_database_is_back(
    session: UnitOfWorkSession, broker: DatabaseBroker, outage: Outage
) -> None:
    with session.begin():
        enqueue(session, GRADE_SUBMISSION, 1)
    taking = broker.consume(QUEUE, prefetch=1, timeout=10)
    message = next(taking)
    outage.is_on = True
    with pytest.raises(ConnectionClosed):  # Dramatiq then asks again
        taking.ack(message)

    outage.is_on = False
    taking.ack(message)

    assert session.query(TaskMessage).count() == 0
    taking.close()


def test_task_that_could_not_be_put_back_is_released_and_not_dropped(
    session: UnitOfWorkSession, broker: DatabaseBroker, outage: Outage
) -> None:
    with session.begin():
        sent = enqueue(session, GRADE_SUBMISSION, 1)
    taking = broker.consume(QUEUE, prefetch=1, timeout=10)
    message = next(taking)
    outage.is_on = True
    with pytest.raises(sa.exc.OperationalError):
        broker.enqueue(dramatiq.Message.decode(message.encode()), delay=1000)

    outage.is_on = False
    taking.ack(message)

    session.rollback()
    assert broker.claim(QUEUE)[0] == sent
    taking.close()
