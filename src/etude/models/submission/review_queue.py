"""What waits for a teacher: hand-ins without a released review, and reviews that were written and not released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from etude.models.activity import Activity, Assignment
from etude.models.course import Enrolment
from etude.models.submission.review import Review
from etude.models.submission.submission import UNJUDGED, Submission, SubmissionState
from etude.models.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


_NOT_READY = (*UNJUDGED, SubmissionState.REVIEWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Which part of a course's queue is asked for: of one section, of one assignment, or all of it."""

    course_id: int
    section_id: int | None = None
    assignment_id: int | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A hand-in that waits, its author and activity loaded, and its review where one was begun."""

    submission: Submission
    activity: Activity
    author: User
    review: Review | None


def _newest_of_each() -> sa.ColumnElement[bool]:
    """Leave out what the student has replaced by a newer version."""
    newer = aliased(Submission)
    return ~sa.exists().where(
        newer.assignment_id == Submission.assignment_id,
        newer.user_id == Submission.user_id,
        newer.attempt > Submission.attempt,
    )


def _select(waiting: Waiting, *columns: Any) -> sa.Select[Any]:  # noqa: ANN401  columns and entities
    """The newest hand-in of each student that waits; trials and what is in the bin are left out."""
    query = (
        sa.select(*columns)
        .select_from(Submission)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Activity, Activity.id == Assignment.activity_id)
        .join(User, User.id == Submission.user_id)
        .where(
            Submission.state == SubmissionState.TO_REVIEW,
            Submission.is_trial.is_(False),
            Assignment.course_id == waiting.course_id,
            _newest_of_each(),
        )
    )
    return _restrict(query, waiting)


def _restrict(query: sa.Select[Any], waiting: Waiting) -> sa.Select[Any]:
    if waiting.assignment_id is not None:
        query = query.where(Submission.assignment_id == waiting.assignment_id)
    if waiting.section_id is not None:
        query = query.join(
            Enrolment,
            sa.and_(Enrolment.course_id == waiting.course_id, Enrolment.user_id == Submission.user_id),
        ).where(Enrolment.section_id == waiting.section_id)
    return query


def get_page(session: Session, waiting: Waiting, *, offset: int, limit: int) -> Sequence[QueueRow]:
    """Return a page of the queue, oldest first."""
    query = (
        _select(waiting, Submission, Activity, User, Review)
        .outerjoin(Review, Review.submission_id == Submission.id)
        .order_by(Submission.submitted_at, Submission.id)
        .offset(offset)
        .limit(limit)
    )
    return [QueueRow(*row) for row in session.execute(query)]


def count(session: Session, waiting: Waiting) -> int:
    """Return how long the queue is."""
    return session.scalar(_select(waiting, sa.func.count(Submission.id))) or 0


def count_by_assignment(session: Session, waiting: Waiting) -> Sequence[tuple[Assignment, Activity, int]]:
    """Return the assignments for which something waits, with how much, in the course's order."""
    query = (
        _select(waiting, Assignment, Activity, sa.func.count(Submission.id))
        .group_by(Assignment.id, Activity.id)
        .order_by(Assignment.position, Assignment.id)
        .limit(500)
    )
    return [(assignment, activity, number) for assignment, activity, number in session.execute(query)]


def get_next_id(session: Session, waiting: Waiting, after: Submission) -> int | None:
    """Return the submission that waits next after this one, behind the last the first again; None when none does."""
    is_later = sa.or_(
        Submission.submitted_at > after.submitted_at,
        sa.and_(Submission.submitted_at == after.submitted_at, Submission.id > after.id),
    )
    query = (
        _select(waiting, Submission.id)
        .where(Submission.id != after.id)
        .order_by(is_later.desc(), Submission.submitted_at, Submission.id)
        .limit(1)
    )
    found: int | None = session.scalar(query)
    return found


def _select_unreleased(waiting: Waiting, *columns: Any) -> sa.Select[Any]:  # noqa: ANN401
    """Reviews that could be released: of judged or handed-in work, with points where the work has no others."""
    query = (
        sa.select(*columns)
        .select_from(Review)
        .join(Submission, Submission.id == Review.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(
            # The few unreleased reviews are found first: a course has many more judged answers.
            Submission.id.in_(sa.select(Review.submission_id).where(Review.released_at.is_(None))),
            Submission.is_trial.is_(False),
            Assignment.course_id == waiting.course_id,
            Submission.state.not_in(_NOT_READY),
            sa.or_(Submission.state == SubmissionState.JUDGED, Review.points.is_not(None)),
        )
    )
    return _restrict(query, waiting)


def count_unreleased(session: Session, waiting: Waiting) -> int:
    """Return how many reviews are written and could be released."""
    return session.scalar(_select_unreleased(waiting, sa.func.count(Review.id))) or 0


def get_unreleased_ids(session: Session, waiting: Waiting, *, most: int) -> Sequence[int]:
    """Return the submissions whose reviews are written and could be released, oldest review first."""
    query = _select_unreleased(waiting, Review.submission_id).order_by(Review.id).limit(most)
    return session.scalars(query).all()
