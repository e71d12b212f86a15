"""What the scheduler does for submissions: send again what was lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.submission.submission import Submission
from etude.queue import GRADE_SUBMISSION, TaskMessage, enqueue
from etude.queue.sending import outlet, subject_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

STUCK_AFTER = timedelta(minutes=1)
"""On the database a task is there as long as its row is, so a minute is ample."""
STUCK_AFTER_ELSEWHERE = timedelta(minutes=15)
"""With Redis nobody can see whether a task still waits; a second one does no harm."""


def sweep(session: Session, at: datetime) -> int:
    """Send submissions again that wait for a verdict and have no task; return how many. In the open transaction."""
    elsewhere = outlet.broker is not None
    stuck = Submission.get_stuck(session, at - (STUCK_AFTER_ELSEWHERE if elsewhere else STUCK_AFTER))
    subjects = {subject_of(GRADE_SUBMISSION, one.id): one for one in stuck}
    if subjects and not elsewhere:
        for subject in session.scalars(sa.select(TaskMessage.subject).where(TaskMessage.subject.in_(subjects))):
            subjects.pop(subject, None)
    for one in subjects.values():
        one.queued_at = at
        enqueue(session, GRADE_SUBMISSION, one.id)
    return len(subjects)
