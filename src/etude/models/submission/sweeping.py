"""What the scheduler does for submissions: send again what lost its task, e.g. when a table was repaired by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.submission.submission import Submission
from etude.queue import GRADE_SUBMISSION, Place, TaskMessage, enqueue
from etude.queue.sending import subject_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

STUCK_AFTER = timedelta(minutes=1)
"""A task is there as long as its row is, so a minute is ample."""


def sweep(session: Session, at: datetime) -> int:
    """Send submissions again that wait for a verdict and have no task; return how many. In the open transaction."""
    stuck = Submission.get_stuck(session, at - STUCK_AFTER)
    subjects = {subject_of(GRADE_SUBMISSION, one.id): one for one in stuck}
    if subjects:
        for subject in session.scalars(sa.select(TaskMessage.subject).where(TaskMessage.subject.in_(subjects))):
            subjects.pop(subject, None)
    for one in subjects.values():
        one.queued_at = at
        enqueue(session, GRADE_SUBMISSION, one.id, place=Place(owner_id=one.user_id, needs={one.language}))
    return len(subjects)
