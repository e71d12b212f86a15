"""Writes on progress that several features share; they take the session and never commit.

Everything but the start, the hints and a teacher's mark is computed again from the submissions, so that each of these
may be called twice, late, or out of order. A submission's `raw_score`, `score` and `max_score` are points of the
assignment (`activity.rules.scaled`), `score` after the late rule.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from etude.grading.verdict import Status
from etude.models.activity import Assignment
from etude.models.base import keep
from etude.models.progress.progress import Progress, ProgressState
from etude.models.submission import Review, Submission, SubmissionState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session

FREE_STATUSES = frozenset({Status.CE.value, Status.IE.value})
"""Verdicts that cost no attempt: what does not compile was not judged, and our own faults are not the student's."""

COMPLETED_BY_REVIEW = frozenset({"upload"})
"""Kinds whose work is done when a teacher's review was released, whatever its points."""


def note_started(session: Session, assignment: Assignment, user_id: int, at: datetime) -> Progress:
    """Note that a student opened the work; the first time counts."""
    progress = _get_or_add(session, assignment.id, assignment.course_id, user_id)
    if progress.started_at is None:
        progress.started_at = at
    if progress.state is ProgressState.NOT_STARTED:
        progress.state = ProgressState.STARTED
    return progress


def note_submission(session: Session, submission: Submission, at: datetime) -> Progress | None:
    """Note an answer that was just handed in (added to the session); None for a teacher's try, which never counts."""
    if submission.is_trial:
        return None
    session.flush()
    progress = recompute(session, submission.assignment_id, submission.user_id)
    if progress.started_at is None:
        progress.started_at = at
    return progress


def note_result(session: Session, submission: Submission, at: datetime) -> Progress | None:
    """Note a verdict or a released review of a submission; None for a teacher's try."""
    return note_submission(session, submission, at)


def mark_completed(
    session: Session, assignment: Assignment, user_id: int, *, at: datetime, by_id: int | None
) -> Progress:
    """Mark work as done by hand; it stays so whatever is handed in later. Work already done keeps its date."""
    progress = _get_or_add(session, assignment.id, assignment.course_id, user_id)
    if not progress.is_completed:
        progress.state = ProgressState.COMPLETED
        progress.completed_at = at
        progress.completed_by_id = by_id
        progress.is_marked_by_hand = True
    return progress


def unmark_completed(session: Session, assignment: Assignment, user_id: int) -> Progress:
    """Take a teacher's mark back; work that is done by its own results stays done."""
    progress = _get_or_add(session, assignment.id, assignment.course_id, user_id)
    progress.completed_by_id = None
    progress.is_marked_by_hand = False
    session.flush()
    return recompute(session, assignment.id, user_id)


def recompute(session: Session, assignment_id: int, user_id: int) -> Progress:
    """Set one student's progress on one assignment from the submissions; return it, locked for the transaction."""
    course_id = session.execute(_course_id(), {"assignment_id": assignment_id}).scalar_one()
    progress = _get_or_add(session, assignment_id, course_id, user_id)
    submissions = _get_counting(session, assignment_id, user_id)
    _set_counts(progress, submissions)
    releases = _get_releases(session, submissions)
    marked = {one.submission_id for one in releases if one.points is not None}
    _set_best(progress, submissions, marked)
    _set_state(progress, submissions, releases, marked)
    session.flush()
    return progress


def _get_or_add(session: Session, assignment_id: int, course_id: int, user_id: int) -> Progress:
    place = {"assignment_id": assignment_id, "user_id": user_id}
    session.flush()
    if (found := session.scalar(_for_update(), place)) is not None:
        return found
    try:
        with session.begin_nested():
            progress = Progress(
                assignment_id=assignment_id,
                course_id=course_id,
                user_id=user_id,
                state=ProgressState.NOT_STARTED,
                attempts_used=0,
                submission_count=0,
                hints_opened=0,
                is_marked_by_hand=False,
                has_fault=False,
            )
            session.add(progress)
    except IntegrityError:  # another worker added the row since the SELECT
        return session.scalars(_for_update(), place).one()
    return progress


def _get_counting(session: Session, assignment_id: int, user_id: int) -> Sequence[Submission]:
    """Return the student's submissions without tries, oldest first."""
    return session.scalars(_counting(), {"assignment_id": assignment_id, "user_id": user_id}).all()


def _get_releases(session: Session, submissions: Sequence[Submission]) -> Sequence[Review]:
    """Return the released reviews of these submissions, oldest release first."""
    ids = [one.id for one in submissions]
    query = sa.select(Review).where(Review.submission_id.in_(ids), Review.released_at.is_not(None))
    return session.scalars(query.order_by(Review.released_at)).all() if ids else []


def is_free(submission: Submission) -> bool:
    """Tell whether a submission costs no attempt, and gives no points of its own: CE, IE, or taken out of the count."""
    return not submission.counts or submission.status in FREE_STATUSES


def _set_counts(progress: Progress, submissions: Sequence[Submission]) -> None:
    progress.submission_count = len(submissions)
    progress.attempts_used = sum(not is_free(one) for one in submissions)
    progress.has_fault = bool(submissions) and submissions[-1].status == Status.IE
    progress.last_submitted_at = max((one.submitted_at for one in submissions), default=None)
    if progress.started_at is None and submissions:
        progress.started_at = min(one.submitted_at for one in submissions)


def _set_best(progress: Progress, submissions: Sequence[Submission], marked: AbstractSet[int]) -> None:
    """Set the best score; points that a teacher released count whatever the machine says, now or on a second look."""
    settled = (SubmissionState.JUDGED, SubmissionState.REVIEWED)
    scored = [
        (one.score, -one.attempt, one.id)
        for one in submissions
        if one.score is not None and (one.id in marked or (one.state in settled and not is_free(one)))
    ]
    best = max(scored, default=None)
    progress.best_score = best[0] if best else None
    progress.best_submission_id = best[2] if best else None


def _has_full_score(submission: Submission, *, is_marked: bool) -> bool:
    """Tell whether all was right, before any late rule: late work can be complete as well."""
    if submission.raw_score is None or submission.max_score is None:
        return False
    if not is_marked and (not submission.is_judged or is_free(submission)):
        return False
    if submission.max_score <= 0:
        return submission.status == Status.AC
    return submission.raw_score >= submission.max_score


def _set_state(
    progress: Progress, submissions: Sequence[Submission], releases: Sequence[Review], marked: AbstractSet[int]
) -> None:
    """Set the state: completed by a teacher's mark, a release or a full score; else to review, started or nothing."""
    if progress.is_marked_by_hand:
        progress.state = ProgressState.COMPLETED
        return
    by_review = {one.id for one in submissions if one.kind in COMPLETED_BY_REVIEW}
    released = [one.released_at for one in releases if one.released_at and one.submission_id in by_review]
    full = [
        one.submitted_at
        for one in submissions
        if one.id not in by_review and _has_full_score(one, is_marked=one.id in marked)
    ]
    progress.completed_at = min([*released, *full], default=None)
    if progress.completed_at is not None:
        progress.state = ProgressState.COMPLETED
    elif any(one.state is SubmissionState.TO_REVIEW for one in submissions):
        progress.state = ProgressState.TO_REVIEW
    elif progress.started_at is not None:
        progress.state = ProgressState.STARTED
    else:
        progress.state = ProgressState.NOT_STARTED


@cache
def _course_id() -> sa.Select[int]:
    query = sa.select(Assignment.course_id).where(Assignment.id == sa.bindparam("assignment_id"))
    return keep(query.execution_options(include_deleted=True))


@cache
def _for_update() -> sa.Select[Progress]:
    return keep(
        sa.select(Progress)
        .where(Progress.assignment_id == sa.bindparam("assignment_id"), Progress.user_id == sa.bindparam("user_id"))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


@cache
def _counting() -> sa.Select[Submission]:
    return keep(
        sa.select(Submission)
        .where(
            Submission.assignment_id == sa.bindparam("assignment_id"),
            Submission.user_id == sa.bindparam("user_id"),
            Submission.is_trial.is_(False),
        )
        .order_by(Submission.attempt)
    )
