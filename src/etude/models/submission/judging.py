"""A submission on its way through the worker: claimed by a token, judged outside any transaction, recorded once.

Tasks are delivered at least once: a worker that was killed, or that only seemed dead, leaves its submission to another.
The token of the last claim decides whose result is recorded; every other result is dropped.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude.core import signals
from etude.grading.messages import _
from etude.grading.verdict import Status
from etude.models.activity import Assignment, Override
from etude.models.activity.rules import effective, scaled
from etude.models.base import keep
from etude.models.course import Course, Enrolment
from etude.models.live import publish
from etude.models.progress import operations as progress
from etude.models.submission import rejudging
from etude.models.submission.outcome import TestOutcome
from etude.models.submission.picture import TestPicture
from etude.models.submission.review import Review
from etude.models.submission.submission import Submission, SubmissionState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from etude.models.activity.rules import Rules

MAX_DELIVERIES = 4
"""So often a submission is taken up; if no worker survived it, it ends as an internal error that a teacher sees."""
assert isinstance(TestOutcome.__table__, sa.Table)
_outcomes: sa.Table = TestOutcome.__table__
LOST_WORKERS = _("Judging was begun several times and never ended. The teacher can start it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A submission that one worker judges now: everything the engine's job is made of, as plain values."""

    submission_id: int
    token: str
    kind: str
    language: str
    document: Mapping[str, Any]
    activity_version_id: int
    locale: str
    time_factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is recorded: the status, the points out of the activity's own maximum, the details, a row per test.

    pictures: a row per picture that the program made, with its test's `position`.
    """

    status: str
    score: Decimal
    max_score: Decimal
    document: Mapping[str, Any]
    outcomes: Sequence[Mapping[str, Any]] = ()
    pictures: Sequence[Mapping[str, Any]] = ()


def claim(session: Session, submission_id: int, at: datetime) -> Claim | None:
    """Take a submission up; None when there is nothing (more) to judge, e.g. another delivery was faster.

    The transaction need not outlive a power cut: a claim that is forgotten is taken again.
    After MAX_DELIVERIES fruitless ones it is recorded as an internal error, which costs no attempt.
    """
    submission = Submission.get_for_update(session, submission_id)
    if submission is None or submission.is_judged:
        return None
    submission.deliveries += 1
    if submission.deliveries > MAX_DELIVERIES:
        _store(session, submission, fault(LOST_WORKERS), at)
        return None
    submission.token = secrets.token_hex(16)
    submission.state = SubmissionState.JUDGING
    submission.verdict = {}
    _changed(session, submission, at)
    assignment = _get_assignment(session, submission)
    return Claim(
        submission_id=submission.id,
        token=submission.token,
        kind=submission.kind,
        language=submission.language,
        document=submission.answer,
        activity_version_id=submission.activity_version_id,
        locale=assignment.course.locale,
        time_factor=get_rules(session, assignment, submission.user_id).time_factor,
    )


def fault(sentence: str, **values: object) -> Judgement:
    """Return the judgement for a fault that is never the student's."""
    document: dict[str, Any] = {"message": {"id": sentence, "values": values}, "compile": None, "groups": []}
    return Judgement(status=Status.IE.value, score=Decimal(0), max_score=Decimal(0), document=document)


def note_tests_done(session: Session, claimed: Claim, so_far: Mapping[str, Any], at: datetime) -> bool:
    """Note how far a judgement is, for the page; tell whether the claim still stands.

    `so_far` holds how many tests are `done` of how many (`of`), and as `first` the outcome of the first test that
    failed and that students see, once there is one.
    """
    submission = _get_held(session, claimed)
    if submission is None:
        return False
    submission.verdict = dict(so_far)
    _changed(session, submission, at)
    return True


def record(session: Session, claimed: Claim, judgement: Judgement, at: datetime) -> bool:
    """Record a result; tell whether it was this claim's to record. A second one changes nothing."""
    submission = _get_held(session, claimed)
    if submission is None:
        return False
    _store(session, submission, judgement, at)
    return True


def release(session: Session, claimed: Claim, at: datetime) -> bool:
    """Give a submission back unjudged (the worker stops, or cannot isolate programs); it costs no delivery."""
    submission = _get_held(session, claimed)
    if submission is None:
        return False
    submission.state, submission.token = SubmissionState.QUEUED, ""
    submission.deliveries -= 1
    submission.verdict = {}
    _changed(session, submission, at)
    return True


def queue_again(session: Session, submission: Submission, at: datetime) -> None:
    """Put a submission back to be judged afresh, whatever became of it.

    Its earlier result goes; points of a released review stay, in the meantime and afterwards.
    """
    submission.state, submission.token, submission.deliveries = SubmissionState.QUEUED, "", 0
    submission.queued_at, submission.judged_at = at, None
    submission.status, submission.verdict = "", {}
    if not Review.has_released_points(session, submission.id):
        submission.raw_score = submission.score = None
    session.execute(sa.delete(TestOutcome).where(TestOutcome.submission_id == submission.id))
    session.execute(sa.delete(TestPicture).where(TestPicture.submission_id == submission.id))
    _changed(session, submission, at)
    progress.note_result(session, submission, at)


def set_points(
    submission: Submission, judgement: Judgement, assignment: Assignment, rules: Rules, *, is_marked: bool = False
) -> None:
    """Set a submission's points from those of its judgement: the assignment's, before and after the late rule.

    With `is_marked`, a teacher's released points stand. What the machine gave is kept beside them, as `automatic` in
    the verdict: points of the assignment before the late rule, as text.
    """
    is_right = judgement.status == Status.AC
    raw = scaled(judgement.score, judgement.max_score, assignment.points)
    if judgement.max_score <= 0 and is_right:
        raw = assignment.points  # only samples: all or nothing
    automatic = {"points": str(raw), "max_points": str(assignment.points)}
    submission.verdict = {**submission.verdict, "automatic": automatic}
    if not is_marked:
        submission.raw_score, submission.max_score = raw, assignment.points
        submission.score = rules.penalised(raw, submission.late_days)


def get_rules(session: Session, assignment: Assignment, user_id: int) -> Rules:
    """Return what holds for a student: the assignment's own dates with the exceptions that reach them."""
    enrolment = Enrolment.get_for(session, assignment.course_id, user_id)
    section_id = enrolment.section_id if enrolment else None
    overrides = Override.get_for_student(session, [assignment.id], user_id, section_id)
    return effective(assignment, overrides.get(assignment.id, []))


def _get_held(session: Session, claimed: Claim) -> Submission | None:
    submission = Submission.get_for_update(session, claimed.submission_id)
    if submission is None or submission.state is not SubmissionState.JUDGING or submission.token != claimed.token:
        return None
    return submission


def _get_assignment(session: Session, submission: Submission) -> Assignment:
    return session.scalars(_assignment_query(), {"assignment_id": submission.assignment_id}).one()


def _store(session: Session, submission: Submission, judgement: Judgement, at: datetime) -> None:
    assignment = _get_assignment(session, submission)
    # All is read before the row is changed: one UPDATE.
    rules = get_rules(session, assignment, submission.user_id)
    is_marked = Review.has_released_points(session, submission.id)
    submission.state, submission.token, submission.judged_at = SubmissionState.JUDGED, "", at
    submission.status, submission.verdict = judgement.status, dict(judgement.document)
    set_points(submission, judgement, assignment, rules, is_marked=is_marked)
    rejudging.note_after(session, submission, at, is_kept=is_marked)
    connection = session.connection()  # not the ORM: ten rows of twenty columns that nobody here looks at again
    connection.execute(_outcomes_gone(), {"judged_id": submission.id})
    if judgement.outcomes:
        rows = [{"submission_id": submission.id, "position": n, **row} for n, row in enumerate(judgement.outcomes)]
        connection.execute(sa.insert(_outcomes), rows)
    if judgement.pictures:
        rows = [{"submission_id": submission.id, **row} for row in judgement.pictures]
        connection.execute(sa.insert(TestPicture), rows)
    _changed(session, submission, at)
    progress.note_result(session, submission, at)
    if not submission.is_trial:
        note_for_class(session, submission, assignment.course_id, at)
    _tell_others(session, submission, assignment.course_id)


def _tell_others(session: Session, submission: Submission, course_id: int) -> None:
    """Send the signal after the commit, with plain values: the rows may be gone by then."""
    ids: dict[str, Any] = {
        "submission_id": submission.id,
        "assignment_id": submission.assignment_id,
        "course_id": course_id,
        "user_id": submission.user_id,
    }

    def send() -> None:
        signals.submission_judged.send("judging", **ids)

    signals.after_commit(session, send)


def note_for_class(session: Session, submission: Submission, course_id: int, at: datetime) -> None:
    """Tell the live table of a course that a student's work on an assignment changed."""
    payload = {"assignment_id": submission.assignment_id, "user_id": submission.user_id}
    publish(session, f"course:{course_id}", payload, at)


def _changed(session: Session, submission: Submission, at: datetime) -> None:
    submission.revision += 1
    publish(session, f"submission:{submission.id}", {"revision": submission.revision}, at)
    session.flush()


@cache
def _assignment_query() -> sa.Select[Assignment]:
    return keep(
        sa.select(Assignment)
        .join(Course, Course.id == Assignment.course_id)
        .options(sa.orm.joinedload(Assignment.course))
        .where(Assignment.id == sa.bindparam("assignment_id"))
        .execution_options(include_deleted=True)
    )


@cache
def _outcomes_gone() -> sa.Delete:
    return sa.delete(_outcomes).where(_outcomes.c.submission_id == sa.bindparam("judged_id"))
