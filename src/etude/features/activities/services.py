"""Handing in, hints, judging again. One public function is one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from etude import audit
from etude.audit import AuditTag
from etude.core import logging
from etude.core.errors import NotFound, Refused
from etude.extensions import db
from etude.features.activities import conditions
from etude.grading.messages import _
from etude.kinds import kinds
from etude.models import Assignment, Submission
from etude.models.progress import operations as progress
from etude.models.submission import SubmissionState, drafts, judging
from etude.models.submission.draft import SUBMIT
from etude.models.submission.drafts import DraftText
from etude.models.submission.judging import Judgement
from etude.models.submission.operations import StoredUpload, attach_files
from etude.queue import GRADE_SUBMISSION, Place, Urgency, enqueue

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from etude.kinds import Kind, Marking
    from etude.models.activity.rules import Rules

RACES = 3
"""How often a hand-in is tried again when another tab took its number in the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """What is handed in, by whom and to what; `is_trial`: a teacher tries as a student. `marking` is for kinds that
    are marked at once; `uploads` are stored already; `needs` are the languages that its judging takes.
    """

    assignment_id: int
    user_id: int
    once: str
    version_id: int
    document: dict[str, Any]
    language: str = ""
    needs: Collection[str] = ()
    is_trial: bool = False
    marking: Marking | None = None
    uploads: Sequence[StoredUpload] = field(default=())


def hand_in(answer: HandIn, *, at: datetime) -> int:
    """Store an answer and have it judged; return the submission's id. The same `once` again gives the same answer.

    Raises:
        Refused: closed, not open yet, archived, or no attempt left; nothing is stored then.
        NotFound: the assignment was deleted meanwhile.
    """
    for race in range(RACES):
        try:
            with db.session.begin():
                return _hand_in(answer, at)
        except IntegrityError:
            if race == RACES - 1:
                raise
    raise AssertionError("unreachable")


def _hand_in(answer: HandIn, at: datetime) -> int:
    known = Submission.get_by_once(db.session, answer.once)
    if known is not None:
        if (known.user_id, known.assignment_id) != (answer.user_id, answer.assignment_id):
            raise Refused(_("Reload the page, then hand in again."))
        return known.id
    assignment = Assignment.get_with_context(db.session, answer.assignment_id)
    if assignment is None:
        raise NotFound
    kind = kinds.load()[assignment.activity.kind]
    rules = judging.get_rules(db.session, assignment, answer.user_id)
    used = 0
    if not answer.is_trial:
        used = progress.note_started(db.session, assignment, answer.user_id, at).attempts_used
        conditions.check(assignment, rules, used=used, at=at)
    submission = _add(answer, assignment, rules, at)
    _begin_judging(submission, kind, answer, assignment, rules, at)
    attach_files(db.session, submission, answer.uploads)
    if kind.judged_by == "worker":
        text = DraftText(language=answer.language, files=answer.document.get("files", {}))
        drafts.note_use(db.session, assignment.id, answer.user_id, text, reason=SUBMIT, at=at)
    progress.note_submission(db.session, submission, at)
    if not answer.is_trial:
        judging.note_for_class(db.session, submission, assignment.course_id, at)
        details = {"attempt": submission.attempt, "late_days": submission.late_days}
        audit.record(
            db.session, AuditTag.SUBMISSION_CREATED, target=submission, course_id=assignment.course_id, details=details
        )
    return submission.id


def _add(answer: HandIn, assignment: Assignment, rules: Rules, at: datetime) -> Submission:
    late_days = 0 if answer.is_trial else rules.late_days_at(at, assignment.course.zone)
    submission = Submission(
        assignment_id=assignment.id,
        user_id=answer.user_id,
        activity_version_id=answer.version_id,
        attempt=Submission.get_last_attempt(db.session, assignment.id, answer.user_id) + 1,
        once=answer.once,
        kind=assignment.activity.kind,
        language=answer.language,
        is_trial=answer.is_trial,
        counts=not answer.is_trial,
        answer=answer.document,
        state=SubmissionState.QUEUED,
        submitted_at=at,
        late_days=late_days,
    )
    db.session.add(submission)
    db.session.flush()
    logging.bind(submission_id=submission.id)
    return submission


def _begin_judging(  # noqa: PLR0913, PLR0917  a submission, how it is judged, and by which rules
    submission: Submission, kind: Kind, answer: HandIn, assignment: Assignment, rules: Rules, at: datetime
) -> None:
    if kind.judged_by == "worker":
        submission.queued_at = at
        place = Place(owner_id=answer.user_id, needs={*answer.needs, answer.language})
        enqueue(db.session, GRADE_SUBMISSION, submission.id, place=place)
        return
    if kind.judged_by == "teacher":
        submission.state = SubmissionState.TO_REVIEW
        submission.max_score = assignment.points
        return
    assert answer.marking is not None
    marking = answer.marking
    judgement = Judgement(
        status=marking.status, score=marking.score, max_score=marking.max_score, document=marking.details
    )
    submission.state, submission.judged_at = SubmissionState.JUDGED, at
    submission.status, submission.verdict = marking.status, marking.details
    judging.set_points(submission, judgement, assignment, rules)


def open_hint(assignment_id: int, user_id: int, *, hint_count: int, at: datetime) -> int:
    """Open a student's next hint, which counts; return how many are open now."""
    with db.session.begin():
        assignment = Assignment.get_with_context(db.session, assignment_id)
        if assignment is None:
            raise NotFound
        row = progress.note_started(db.session, assignment, user_id, at)
        row.hints_opened = min(row.hints_opened + 1, hint_count)
        return row.hints_opened


def judge_again(submission_id: int, *, at: datetime) -> None:
    """Have a submission judged afresh by the version it was handed in for; its result is replaced when that is done.

    Raises:
        NotFound: there is no such submission.
        Refused: it is not judged by the machine, or is being judged at this moment.
    """
    with db.session.begin():
        submission = Submission.get_for_update(db.session, submission_id)
        if submission is None:
            raise NotFound
        if kinds.load()[submission.kind].judged_by != "worker":
            raise Refused(_("This answer is not judged by the machine."))
        if not submission.is_judged:
            raise Refused(_("This answer is being judged at this moment."))
        before = {"status": submission.status, "score": str(submission.score)}
        judging.queue_again(db.session, submission, at)
        place = Place(urgency=Urgency.CHECK, owner_id=submission.user_id, needs={submission.language})
        enqueue(db.session, GRADE_SUBMISSION, submission.id, place=place)
        course_id = db.session.get_one(Assignment, submission.assignment_id).course_id
        audit.record(
            db.session, AuditTag.SUBMISSION_REJUDGED, target=submission, course_id=course_id, details={"before": before}
        )
