"""The work queue: Dramatiq actors on the database, or on Redis when the school outgrows one machine.

A task is enqueued in the transaction of the row it is about, so there is never one without the other. Tasks are
delivered at least once: an actor claims its row by a token and records idempotently.
"""

from __future__ import annotations

from etude.queue.broker import DatabaseBroker
from etude.queue.doorbell import Doorbell, ring
from etude.queue.message import TaskMessage
from etude.queue.sending import CHECK_ACTIVITY, GRADE_SUBMISSION, QUEUES, RUN_PROGRAM, SEND_MAIL, enqueue

__all__ = [
    "CHECK_ACTIVITY",
    "GRADE_SUBMISSION",
    "QUEUES",
    "RUN_PROGRAM",
    "SEND_MAIL",
    "DatabaseBroker",
    "Doorbell",
    "TaskMessage",
    "enqueue",
    "ring",
]
