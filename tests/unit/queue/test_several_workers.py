"""Several workers, also of two versions, take from one queue: in its order, each task once, each what it can."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.queue import GRADE_SUBMISSION, DatabaseBroker, Place, TaskMessage, Urgency, enqueue, get_order
from etude.queue import broker as broker_module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time

QUEUE = GRADE_SUBMISSION.queue
OURS = broker_module.PROTOCOL
LATER = OURS + 1


@pytest.fixture
def send(session: UnitOfWorkSession, time: Time):
    """Send a task a second after the one before; return its id."""

    def send(number: int, *, protocol: int = OURS, **place: object) -> str:
        time.forward(seconds=1)
        with session.begin():
            sent = enqueue(session, GRADE_SUBMISSION, number, place=Place(**place))
            session.execute(sa.update(TaskMessage).where(TaskMessage.id == sent).values(protocol=protocol))
        return sent

    return send


def worker(*languages: str) -> DatabaseBroker:
    """The queue as one more worker sees it; without languages it judges everything."""
    broker = DatabaseBroker(db.engine, lease_s=30, middleware=[])
    broker.declare_queue(QUEUE)
    if languages:
        broker.limit_to(languages)
    return broker


def take(broker: DatabaseBroker) -> str | None:
    claimed = broker.claim(QUEUE)
    return claimed[0] if claimed else None


def taken_in_turns(workers: Sequence[DatabaseBroker], count: int) -> list[str | None]:
    """Let one worker after the other take a task, as they do who are equally fast."""
    turns = cycle(workers)
    return [take(next(turns)) for _ in range(count)]


def test_three_workers_together_keep_the_order_of_one(session: UnitOfWorkSession, send) -> None:
    eager = [send(number, owner_id=1) for number in range(20)]
    bulk = send(20, owner_id=2, urgency=Urgency.BULK)
    others = [send(21 + number, owner_id=2 + number) for number in range(9)]

    taken = taken_in_turns([worker(), worker(), worker()], 30)

    assert taken == [eager[0], *others, *eager[1:], bulk]


def test_place_sinks_by_one_with_each_task_that_any_worker_takes(session: UnitOfWorkSession, send) -> None:
    for number in range(4):
        send(number, owner_id=number)
    workers, places = cycle([worker(), worker()]), []

    for _ in range(4):
        session.rollback()
        places.append(list(get_order(session)).index("grade_submission:3"))
        take(next(workers))

    assert places == [3, 2, 1, 0]


def test_what_one_worker_cannot_judge_holds_it_up_no_more_than_the_other(session: UnitOfWorkSession, send) -> None:
    sharp = [send(number, owner_id=number, needs={"csharp"}) for number in range(3)]
    python = [send(3 + number, owner_id=3 + number, needs={"python"}) for number in range(3)]
    small, large = worker("python"), worker("python", "csharp")

    taken = taken_in_turns([small, large], 6)

    assert taken == [python[0], sharp[0], python[1], sharp[1], python[2], sharp[2]]


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch):
    """Take as a worker of a version that understands this protocol does."""

    def take_as(broker: DatabaseBroker, protocol: int) -> str | None:
        monkeypatch.setattr(broker_module, "PROTOCOL", protocol)
        return take(broker)

    return take_as


def test_two_versions_at_once_take_each_task_once_and_none_that_they_do_not_know(
    session: UnitOfWorkSession, send, version
) -> None:
    later = [send(number, owner_id=number, protocol=LATER) for number in range(2)]
    now = [send(2 + number, owner_id=2 + number) for number in range(3)]
    old, new = worker(), worker()

    taken = [(version(old, OURS), version(new, LATER)) for _ in range(3)]

    assert taken == [(now[0], later[0]), (now[1], later[1]), (now[2], None)]
