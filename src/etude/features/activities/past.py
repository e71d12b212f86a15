"""The earlier answers of a student as plain values, for kinds whose page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from etude.extensions import db
from etude.features.activities.results import late_note
from etude.kinds import PastAnswer, PastFile, PastReview
from etude.models import Review, Submission, SubmissionFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.features.activities.loading import Work
    from etude.models.activity.rules import Rules

NEWEST = 20


def find_answers(work: Work) -> list[PastAnswer]:
    """Return the newest answers to an assignment, newest first, with files and released reviews."""
    rows = Submission.get_newest_with_answers(db.session, work.assignment.id, work.user_id, limit=NEWEST)
    return show_answers(rows, work.rules)


def show_answers(rows: Sequence[Submission], rules: Rules) -> list[PastAnswer]:
    """Return submissions, their answers loaded, as plain values; two queries more for files and reviews."""
    ids = [row.id for row in rows]
    files: dict[int, list[PastFile]] = {}
    for file in SubmissionFile.get_for_submissions(db.session, ids) if ids else ():
        files.setdefault(file.submission_id, []).append(
            PastFile(id=file.id, name=file.name, content_type=file.content_type, size_bytes=file.size_bytes)
        )
    reviews = find_reviews(ids)
    return [
        PastAnswer(
            id=row.id,
            attempt=row.attempt,
            submitted_at=row.submitted_at,
            url=url_for("activities.show_submission", submission_id=row.id),
            state=row.state.value,
            status=row.status,
            score=row.score,
            max_score=row.max_score,
            is_late=row.late_days > 0,
            late_note=late_note(rules, row.late_days),
            document=row.answer,
            verdict=row.verdict,
            files=tuple(files.get(row.id, ())),
            review=reviews.get(row.id),
        )
        for row in rows
    ]


def find_reviews(ids: Sequence[int]) -> dict[int, PastReview]:
    """Return the released reviews of these submissions, by submission."""
    if not ids:
        return {}
    return {
        review.submission_id: PastReview(
            points=review.points,
            comment=review.comment,
            released_at=review.released_at,
            reviewer=reviewer.name if reviewer else "",
        )
        for review, reviewer in Review.get_released_with_reviewers(db.session, ids)
        if review.released_at is not None
    }
