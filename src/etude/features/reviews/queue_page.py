"""What the page of the queue shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from etude.extensions import db
from etude.models.submission import review_queue
from etude.web.course_tabs import course_tabs

if TYPE_CHECKING:
    from etude.models import Course
    from etude.models.submission.review_queue import QueueRow, Waiting

PAGE_SIZE = 50


def fill(course: Course, waiting: Waiting, page: int) -> dict[str, Any]:
    """Return the values of the queue's page: six queries, however long the queue is."""
    everything = review_queue.Waiting(course_id=waiting.course_id, section_id=waiting.section_id)
    by_assignment = review_queue.count_by_assignment(db.session, everything)
    counts = {assignment.id: number for assignment, _activity, number in by_assignment}
    total = sum(counts.values())
    shown = total if waiting.assignment_id is None else counts.get(waiting.assignment_id, 0)
    page_count = max(1, -(-shown // PAGE_SIZE))
    page = min(max(page, 1), page_count)
    rows = review_queue.get_page(db.session, waiting, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return {
        "course": course,
        "tabs": course_tabs(course.id),
        "rows": [_show_row(row, course.locale, waiting.assignment_id) for row in rows],
        "total": total,
        "shown": shown,
        "page": page,
        "page_count": page_count,
        "url_of": lambda number: _address(course.id, waiting.assignment_id, number),
        "choices": [
            (
                activity.title(course.locale),
                number,
                _address(course.id, assignment.id),
                assignment.id == waiting.assignment_id,
            )
            for assignment, activity, number in by_assignment
        ],
        "all_url": _address(course.id, None),
        "is_all": waiting.assignment_id is None,
        "ready_count": review_queue.count_unreleased(db.session, waiting),
        "release_url": url_for("reviews.release_all", course_id=course.id, assignment=waiting.assignment_id),
    }


def _address(course_id: int, assignment_id: int | None, page: int | None = None) -> str:
    return url_for("reviews.list_reviews", course_id=course_id, assignment=assignment_id, page=page)


def _show_row(row: QueueRow, locale: str, assignment_id: int | None) -> dict[str, Any]:
    return {
        "author": row.author.name,
        "title": row.activity.title(locale),
        "submitted_at": row.submission.submitted_at,
        "attempt": row.submission.attempt,
        "late_days": row.submission.late_days,
        "points": row.review.points if row.review else None,
        "max_points": row.submission.max_score,
        "is_begun": row.review is not None,
        "url": url_for("reviews.show_review", submission_id=row.submission.id, assignment=assignment_id),
    }
