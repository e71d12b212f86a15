"""Enqueueing: in the transaction of what the task is about, so that there is never one without the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

import dramatiq
import sqlalchemy as sa

from etude.core import clock, logging
from etude.core.signals import after_commit
from etude.queue.doorbell import ring
from etude.queue.message import TaskMessage

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ActorName:
    """An actor as seen by those who send to it: its name and its queue. `worker/actors.py` holds the actor itself."""

    name: str
    queue: str


GRADE_SUBMISSION = ActorName("grade_submission", "grading")
"""Judges a submission; argument: its id."""
RUN_PROGRAM = ActorName("run_program", "runs")
"""Runs a program for the page's Run; argument: the run's id."""
SEND_MAIL = ActorName("send_mail", "mail")
"""Sends one message; arguments: address, subject, text."""
SEND_WEBHOOK = ActorName("send_webhook", "mail")
"""Posts one message to the school's webhook; arguments: subject, text."""
CHECK_ACTIVITY = ActorName("check_activity", "grading")
"""Judges the solutions that a version of an activity carries; argument: the version's id."""
CHECK_SOURCE = ActorName("check_source", "grading")
"""Judges what a course's repository brings, and takes it; arguments: the course's id, the commit."""

IDS = "ids"
"""The option of a task's message that holds the ids for the log: of the request that sent it, and whom it concerns."""

QUEUES = ("runs", "grading", "mail")
"""Every queue, the most impatient first."""


class Urgency(IntEnum):
    """Who waits for a task; the lower comes first."""

    CLASS = 0
    """A student, in front of the page."""
    CHECK = 10
    """A teacher who has changed an activity, or who had one answer judged again."""
    BULK = 20
    """Nobody in particular: many answers that are judged again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a task stands in its queue.

    `owner_id`: whose it is; those who have few tasks waiting come before those who have many. `needs`: the languages
    that its worker must be able to judge.
    """

    urgency: Urgency = Urgency.CLASS
    owner_id: int | None = None
    needs: Collection[str] = ()


ANYWHERE = Place()
"""Of nobody, and for every worker."""


@dataclass(slots=True)
class Outlet:
    """Whom this process wakes when it has sent a task."""

    doorbell: Path | None = None


outlet = Outlet()


def subject_of(actor: ActorName, *key: object) -> str:
    """Return the name under which the table of tasks knows the row that a task is about, e.g. `run_program:7`."""
    return ":".join([actor.name, *(str(part)[:64] for part in key)])


def enqueue(session: Session, actor: ActorName, *args: object, delay_s: float = 0, place: Place = ANYWHERE) -> str:
    """Send a task; return its id. The task's row belongs to the open transaction."""
    message: dramatiq.Message[object] = dramatiq.Message(
        queue_name=actor.queue, actor_name=actor.name, args=args, kwargs={}, options={IDS: logging.carried()}
    )
    at = clock.now()
    session.add(
        TaskMessage(
            id=message.message_id,
            queue=actor.queue,
            body=message.encode(),
            eta=at + timedelta(seconds=delay_s),
            enqueued_at=at,
            subject=subject_of(actor, *args[:1]),
            urgency=place.urgency,
            turn=_turn(actor.queue, place),
            owner_id=place.owner_id,
            needs=" ".join(sorted(set(place.needs) - {""})),
        )
    )
    if outlet.doorbell is not None:
        doorbell = outlet.doorbell
        after_commit(session, lambda: ring(doorbell), key=doorbell)
    return message.message_id


def _turn(queue: str, place: Place) -> int | sa.ScalarSelect[int]:
    """Return how many tasks of this owner are there already: counted inside the INSERT, so it is no query more."""
    if place.owner_id is None:
        return 0
    theirs = sa.select(sa.func.count()).where(
        TaskMessage.owner_id == place.owner_id, TaskMessage.queue == queue, TaskMessage.urgency == place.urgency
    )
    return theirs.scalar_subquery()
