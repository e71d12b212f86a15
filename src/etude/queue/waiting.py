"""Who is before whom in the queue, and how long it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.queue.message import TaskMessage
from etude.queue.sending import GRADE_SUBMISSION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

MOST_COUNTED = 1000
"""Nobody is helped by knowing whether 1,000 or 9,000 are before; counting further would cost the database more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Tasks that wait for a worker: what they need, how many they are, and since when the oldest waits."""

    needs: frozenset[str]
    protocol: int
    count: int
    oldest_at: datetime


def get_order(session: Session) -> Sequence[str]:
    """Return the subjects of the tasks that wait to be judged, in the order in which they are: one query, one index.

    At most MOST_COUNTED.
    """
    return session.scalars(
        sa.select(TaskMessage.subject)
        .where(TaskMessage.queue == GRADE_SUBMISSION.queue, TaskMessage.claim.is_(None))
        .order_by(TaskMessage.urgency, TaskMessage.turn, TaskMessage.enqueued_at)
        .limit(MOST_COUNTED)
    ).all()


def get_waiting(session: Session, at: datetime) -> Sequence[Waiting]:
    """Return what waits for a worker at this time, by what it needs; the longest wait first."""
    oldest = sa.func.min(TaskMessage.enqueued_at).label("oldest_at")
    rows = session.execute(
        sa.select(TaskMessage.needs, TaskMessage.protocol, sa.func.count(), oldest)
        .where(TaskMessage.eta <= at, TaskMessage.claim.is_(None))
        .group_by(TaskMessage.needs, TaskMessage.protocol)
        .order_by(oldest)
    )
    return [
        Waiting(needs=frozenset(needs.split()), protocol=protocol, count=count, oldest_at=oldest_at)
        for needs, protocol, count, oldest_at in rows
    ]
