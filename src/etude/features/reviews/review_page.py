"""What the page of one review shows: the answer on one side, points and comment on the other."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import url_for

from etude.extensions import db
from etude.features.reviews.answers import show_answer
from etude.models import Review, User
from etude.models.submission import review_queue
from etude.models.submission.judging import get_rules

if TYPE_CHECKING:
    from etude.features.reviews.forms import ReviewForm
    from etude.models import Submission
    from etude.models.submission.review_queue import Waiting


def fill(submission: Submission, waiting: Waiting, form: ReviewForm) -> dict[str, Any]:
    """Return the values of the review page; the submission's answer, author, assignment and course must be loaded."""
    review = Review.get_for_submission(db.session, submission.id)
    assignment = submission.assignment
    kept: dict[str, Any] = {"assignment": waiting.assignment_id}  # whoever reviews one activity goes on with it
    next_id = review_queue.get_next_id(db.session, waiting, submission)
    return {
        "submission": submission,
        "title": assignment.activity.title(assignment.course.locale),
        "course": assignment.course,
        "answer": show_answer(submission),
        "form": form,
        "review": review,
        "reviewer": _reviewer(review),
        "max_points": assignment.points,
        "automatic": _automatic(submission),
        "late": _late(submission, form.given_points()),
        "submission_url": url_for("activities.show_submission", submission_id=submission.id),
        "queue_url": url_for("reviews.list_reviews", course_id=assignment.course_id, **kept),
        "next_url": "" if next_id is None else url_for("reviews.show_review", submission_id=next_id, **kept),
        "left": review_queue.count(db.session, waiting),
    }


def _reviewer(review: Review | None) -> str:
    if review is None or review.reviewer_id is None:
        return ""
    reviewer = db.session.get(User, review.reviewer_id)
    return reviewer.name if reviewer else ""


def _automatic(submission: Submission) -> dict[str, Decimal] | None:
    """Return the points that the machine gave, before the late rule; None for work that only a teacher marks."""
    automatic = submission.verdict.get("automatic")
    if automatic:
        return {name: Decimal(automatic[name]) for name in ("points", "max_points")}
    return None


def _late(submission: Submission, points: Decimal | None) -> dict[str, Any] | None:
    """Return how late the work is and what the late rule leaves of all the points, and of the given ones."""
    if not submission.late_days:
        return None
    assignment = submission.assignment
    rules = get_rules(db.session, assignment, submission.user_id)
    left = None if points is None else rules.penalised(points, submission.late_days)
    return {
        "days": submission.late_days,
        "most": rules.penalised(assignment.points, submission.late_days),
        "points": left,
    }
