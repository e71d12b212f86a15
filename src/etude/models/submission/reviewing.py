"""Writes on reviews; they take the session and never commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude.core import signals
from etude.core.errors import Conflict, Refused, _
from etude.models.activity import Assignment
from etude.models.live import publish
from etude.models.progress import operations as progress
from etude.models.submission.judging import get_rules, note_for_class
from etude.models.submission.review import Review
from etude.models.submission.submission import Submission, SubmissionState

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """What a reviewer wrote: points of the assignment before the late rule, or None, and a comment in Markdown.

    `version` is that of the review which the reviewer saw, 0 when there was none.
    """

    points: Decimal | None
    comment: str
    version: int


def save_review(session: Session, submission: Submission, remarks: Remarks, *, by_id: int, at: datetime) -> Review:
    """Write or change the review of a locked submission. When it is released already, the student's points follow.

    Raises:
        Conflict: somebody else saved it since this reviewer saw it.
        Refused: points that are released would be taken away.
    """
    review = Review.get_for_update(session, submission.id)
    if (review.version if review else 0) != remarks.version:
        raise Conflict(
            _("Somebody else changed this review in the meantime. What stands there now is shown beside yours.")
        )
    if review is None:
        review = Review(submission_id=submission.id, version=0)
        session.add(review)
    elif review.is_released and review.points is not None and remarks.points is None:
        raise Refused(_("The student knows these points already: change them, or leave them as they are."))
    review.points, review.comment, review.reviewer_id = remarks.points, remarks.comment, by_id
    review.version += 1
    session.flush()
    if review.is_released:
        _take_effect(session, submission, review, at)
    return review


def release_review(session: Session, submission: Submission, review: Review, at: datetime) -> None:
    """Let the student see a review, from now on and for good; its points count. A released one stays as it is.

    Raises:
        Refused: the work is being judged, or has no points yet and none are given.
    """
    if review.is_released:
        return
    if not submission.is_judged:
        raise Refused(_("This answer is being judged. Release the review when the result is there."))
    if submission.state is SubmissionState.TO_REVIEW and review.points is None:
        raise Refused(_("Give points first, then release."))
    review.released_at = at
    session.flush()
    _take_effect(session, submission, review, at)


def _take_effect(session: Session, submission: Submission, review: Review, at: datetime) -> None:
    """Set the submission's points from the review's and everything that follows from them."""
    assignment = session.scalars(
        sa.select(Assignment).where(Assignment.id == submission.assignment_id).execution_options(include_deleted=True)
    ).one()
    if review.points is not None:
        rules = get_rules(session, assignment, submission.user_id)
        submission.raw_score, submission.max_score = review.points, assignment.points
        submission.score = rules.penalised(review.points, submission.late_days)
    if submission.state is SubmissionState.TO_REVIEW:
        submission.state, submission.judged_at = SubmissionState.REVIEWED, at
    submission.revision += 1
    publish(session, f"submission:{submission.id}", {"revision": submission.revision}, at)
    progress.note_result(session, submission, at)
    if not submission.is_trial:
        note_for_class(session, submission, assignment.course_id, at)
    ids: dict[str, Any] = {
        "submission_id": submission.id,
        "assignment_id": assignment.id,
        "course_id": assignment.course_id,
        "user_id": submission.user_id,
    }

    def tell() -> None:
        signals.submission_judged.send("review", **ids)

    signals.after_commit(session, tell)
