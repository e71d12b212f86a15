"""Saving and releasing reviews. One public function is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import NotFound
from etude.extensions import db
from etude.models import Assignment, Review, Submission
from etude.models.submission import review_queue
from etude.models.submission.reviewing import Remarks, release_review
from etude.models.submission.reviewing import save_review as write_review

if TYPE_CHECKING:
    from datetime import datetime

    from etude.models.submission.review_queue import Waiting

BATCH = 25
"""Reviews released in one transaction: others can write between two batches."""


def save_review(submission_id: int, remarks: Remarks, *, by_id: int, at: datetime, release: bool = False) -> None:
    """Save a review, and release it if asked; a change of a released one is audited with what stood there before.

    Raises:
        NotFound: the submission is gone.
        Conflict: somebody else saved the review meanwhile; nothing is changed then.
        Refused: it cannot be released yet, or takes released points away; nothing is saved then.
    """
    with db.session.begin():
        submission = _get_locked(submission_id)
        course_id = db.session.get_one(Assignment, submission.assignment_id).course_id
        earlier = Review.get_for_submission(db.session, submission_id)
        before = _values(earlier)
        was_released = earlier is not None and earlier.is_released
        review = write_review(db.session, submission, remarks, by_id=by_id, at=at)
        details: dict[str, object] = {"submission_id": submission_id}
        if was_released:
            details |= {"before": before, "after": _values(review)}
        audit.record(db.session, AuditTag.REVIEW_SAVED, target=review, course_id=course_id, details=details)
        if release and not was_released:
            _release(submission, review, course_id, at)


def release_some(waiting: Waiting, *, at: datetime) -> int:
    """Release up to BATCH reviews that are written and ready; return how many. Call it until it returns 0."""
    with db.session.begin():
        submission_ids = review_queue.get_unreleased_ids(db.session, waiting, most=BATCH)
        for submission_id in submission_ids:
            submission = _get_locked(submission_id)
            review = Review.get_for_update(db.session, submission_id)
            assert review is not None
            _release(submission, review, waiting.course_id, at)
    return len(submission_ids)


def _release(submission: Submission, review: Review, course_id: int, at: datetime) -> None:
    release_review(db.session, submission, review, at)
    details = {"submission_id": submission.id, **_values(review)}
    audit.record(db.session, AuditTag.REVIEW_RELEASED, target=review, course_id=course_id, details=details)


def _get_locked(submission_id: int) -> Submission:
    submission = Submission.get_for_update(db.session, submission_id)
    if submission is None:
        raise NotFound
    return submission


def _values(review: Review | None) -> dict[str, object]:
    if review is None:
        return {}
    return {"points": None if review.points is None else str(review.points), "comment": review.comment}
