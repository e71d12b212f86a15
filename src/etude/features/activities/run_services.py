"""Asking for a run. One public function is one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from etude.extensions import db
from etude.models import Assignment, Run
from etude.models.progress import operations as progress
from etude.models.submission import drafts
from etude.models.submission.draft import RUN
from etude.queue import RUN_PROGRAM, Place, enqueue

if TYPE_CHECKING:
    from datetime import datetime

    from etude.models.submission.drafts import DraftText

MAX_WAITING = 2
"""Runs of one person that may wait or run at the same time."""
FORGOTTEN_AFTER = timedelta(minutes=2)
MAX_PER_MINUTE = 30


def ask_for_run(  # noqa: PLR0913  who runs what on which input, and when
    assignment_id: int, user_id: int, text: DraftText, *, stdin: str, at: datetime, is_trial: bool = False
) -> int | None:
    """Queue a program to be run once with typed input; return the run's id, None when too many are waiting already.

    The program is kept in the draft's trail: what was run is part of how the work grew. Running starts the work, but
    not that of a member of the staff who tries.
    """
    with db.session.begin():
        waiting = Run.count_waiting(db.session, user_id, at - FORGOTTEN_AFTER)
        lately = Run.count_since(db.session, user_id, at - timedelta(minutes=1))
        if waiting >= MAX_WAITING or lately >= MAX_PER_MINUTE:
            return None
        assignment = db.session.get_one(Assignment, assignment_id)
        if not is_trial:
            progress.note_started(db.session, assignment, user_id, at)
        run = Run(
            assignment_id=assignment_id,
            user_id=user_id,
            language=text.language,
            files=dict(text.files),
            stdin=stdin,
            state="queued",
            asked_at=at,
        )
        db.session.add(run)
        db.session.flush()
        drafts.note_use(db.session, assignment_id, user_id, text, reason=RUN, at=at)
        enqueue(db.session, RUN_PROGRAM, run.id, place=Place(owner_id=user_id, needs={text.language}))
        return run.id
