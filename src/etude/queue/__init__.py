"""The work queue: Dramatiq actors on a table of the database, whether the workers are one machine's or many's.

A task is enqueued in the transaction of the row it is about, so there is never one without the other. Tasks are
delivered at least once: an actor claims its row by a token and records idempotently.
"""

from __future__ import annotations

from etude.queue.broker import DatabaseBroker
from etude.queue.doorbell import Doorbell, ring
from etude.queue.message import PROTOCOL, TaskMessage
from etude.queue.sending import (
    CHECK_ACTIVITY,
    CHECK_SOURCE,
    GRADE_SUBMISSION,
    QUEUES,
    RUN_PROGRAM,
    SEND_MAIL,
    SEND_WEBHOOK,
    Place,
    Urgency,
    enqueue,
    subject_of,
)
from etude.queue.waiting import MOST_COUNTED, Waiting, get_order, get_waiting

__all__ = [
    "CHECK_ACTIVITY",
    "CHECK_SOURCE",
    "GRADE_SUBMISSION",
    "MOST_COUNTED",
    "PROTOCOL",
    "QUEUES",
    "RUN_PROGRAM",
    "SEND_MAIL",
    "SEND_WEBHOOK",
    "DatabaseBroker",
    "Doorbell",
    "Place",
    "TaskMessage",
    "Urgency",
    "Waiting",
    "enqueue",
    "get_order",
    "get_waiting",
    "ring",
    "subject_of",
]
