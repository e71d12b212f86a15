"""Who is before whom in the queue, and how long it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from etude.queue.message import TaskMessage
from etude.queue.sending import GRADE_SUBMISSION, subject_of

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


def position(session: Session, submission_id: int) -> int:
    """Return the place of a submission in the queue: 1 is judged next; 0 does not wait, or is being judged.

    Counts up to MOST_COUNTED before it; one query along one index.
    """
    mine, before = aliased(TaskMessage), aliased(TaskMessage)
    order_before = sa.tuple_(before.urgency, before.turn, before.enqueued_at)
    ahead = (
        sa.select(sa.literal(1))
        .where(
            before.queue == mine.queue,
            order_before < sa.tuple_(mine.urgency, mine.turn, mine.enqueued_at),
            before.claim.is_(None),
        )
        .limit(MOST_COUNTED)
        .correlate(mine)
        .subquery()
    )
    count = sa.select(sa.func.count()).select_from(ahead).scalar_subquery()
    subject = subject_of(GRADE_SUBMISSION, submission_id)
    found = session.scalar(
        sa.select(count).where(mine.subject == subject, mine.claim.is_(None)).order_by(mine.enqueued_at).limit(1)
    )
    return 0 if found is None else found + 1


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
