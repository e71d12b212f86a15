"""Judging all answers of an assignment again, after a test was mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.content import languages_needed
from etude.core.errors import NotFound
from etude.extensions import db
from etude.models import Assignment, Rejudgement, Submission
from etude.models.submission import judging
from etude.models.submission.rejudging import note_before
from etude.queue import GRADE_SUBMISSION, Place, Urgency, enqueue
from etude.web.contents import content_of

if TYPE_CHECKING:
    from datetime import datetime

    from etude.content import ActivityContent

AT_ONCE = 50
"""Answers in one transaction: students who hand in at that moment do not wait for a school's worth of them."""


def judge_all_again(assignment_id: int, actor_id: int, *, at: datetime) -> int:
    """Have every answer of students to an assignment judged afresh, by the activity's newest version; return how many.

    An answer in a language that this version has no longer is judged by its own version. What is being judged at this
    moment is left alone. Points of released reviews stay. Each batch is a transaction of its own, with its audit entry:
    who begins again after a fault in the middle repeats nothing that still waits. What each answer had is kept in a
    Rejudgement, which `actor_id` asked for, beside what it gets; there is none where there is no answer.

    Raises:
        NotFound: there is no such assignment.
    """
    assignment = Assignment.get_with_context(db.session, assignment_id)
    if assignment is None or assignment.activity.latest_version_id is None:
        raise NotFound
    version_id, course_id = assignment.activity.latest_version_id, assignment.course_id
    content = content_of(db.session, version_id)
    count, rejudgement_id = 0, None
    while True:
        with db.session.begin():
            batch = Submission.get_to_rejudge(db.session, assignment_id, at, limit=AT_ONCE)
            before = {str(one.id): [one.status, str(one.score)] for one in batch}
            if batch:
                rejudgement = _get_or_make(rejudgement_id, assignment_id, actor_id, at)
                rejudgement_id = rejudgement.id
                _note(assignment_id, course_id, before)
            for submission in batch:
                note_before(db.session, rejudgement, submission)
                _queue(submission, content, version_id, at)
        if not batch:
            return count
        count += len(batch)


def _get_or_make(rejudgement_id: int | None, assignment_id: int, actor_id: int, at: datetime) -> Rejudgement:
    if rejudgement_id is not None:
        return db.session.get_one(Rejudgement, rejudgement_id)
    made = Rejudgement(assignment_id=assignment_id, asked_by_id=actor_id, asked_at=at)
    db.session.add(made)
    db.session.flush()
    return made


def _queue(submission: Submission, content: ActivityContent, version_id: int, at: datetime) -> None:
    if submission.language in content.languages:
        submission.activity_version_id = version_id
    judging.queue_again(db.session, submission, at)
    needs = languages_needed(content, submission.language)
    place = Place(urgency=Urgency.BULK, owner_id=submission.user_id, needs=needs)
    enqueue(db.session, GRADE_SUBMISSION, submission.id, place=place)


def _note(assignment_id: int, course_id: int, before: dict[str, list[str]]) -> None:
    """Record who had which answers judged again, and what they had; in the transaction that queues them."""
    assignment = db.session.get_one(Assignment, assignment_id)
    details = {"count": len(before), "before": before}
    audit.record(db.session, AuditTag.ASSIGNMENT_REJUDGED, target=assignment, course_id=course_id, details=details)
