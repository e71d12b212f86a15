"""Enqueueing: in the transaction of what the task is about, or after its commit where the queue is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import dramatiq

from etude.core import clock
from etude.core.signals import after_commit
from etude.queue.doorbell import ring
from etude.queue.message import TaskMessage

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ActorName:
    """An actor as seen by those who send to it: its name and its queue. `worker.py` holds the actor itself."""

    name: str
    queue: str


GRADE_SUBMISSION = ActorName("grade_submission", "grading")
"""Judges a submission; argument: its id."""
RUN_PROGRAM = ActorName("run_program", "runs")
"""Runs a program for the page's Run; argument: the run's id."""
SEND_MAIL = ActorName("send_mail", "mail")
"""Sends one message; arguments: address, subject, text."""
CHECK_ACTIVITY = ActorName("check_activity", "grading")
"""Judges the solutions that a version of an activity carries; argument: the version's id."""

QUEUES = ("runs", "grading", "mail")
"""Every queue, the most impatient first."""


@dataclass(slots=True)
class Outlet:
    """Where this process sends tasks: a broker of another service, or None for the database; and whom to wake."""

    broker: dramatiq.Broker | None = None
    doorbell: Path | None = None


outlet = Outlet()


def subject_of(actor: ActorName, *key: object) -> str:
    """Return the name under which the table of tasks knows the row that a task is about, e.g. `run_program:7`."""
    return ":".join([actor.name, *(str(part)[:64] for part in key)])


def enqueue(session: Session, actor: ActorName, *args: object, delay_s: float = 0) -> str:
    """Send a task; return its id.

    On the database the task's row belongs to the open transaction. With Redis it is sent after the commit; what gets
    lost between the two is sent again by the sweep.
    """
    message: dramatiq.Message[object] = dramatiq.Message(
        queue_name=actor.queue, actor_name=actor.name, args=args, kwargs={}, options={}
    )
    broker = outlet.broker
    if broker is not None:
        after_commit(session, lambda: _send(broker, message, delay_s))
        return message.message_id
    at = clock.now()
    session.add(
        TaskMessage(
            id=message.message_id,
            queue=actor.queue,
            body=message.encode(),
            eta=at + timedelta(seconds=delay_s),
            enqueued_at=at,
            subject=subject_of(actor, *args[:1]),
        )
    )
    if outlet.doorbell is not None:
        doorbell = outlet.doorbell
        after_commit(session, lambda: ring(doorbell), key=doorbell)
    return message.message_id


def _send(broker: dramatiq.Broker, message: dramatiq.Message[object], delay_s: float) -> None:
    broker.enqueue(message, delay=int(delay_s * 1000) or None)
