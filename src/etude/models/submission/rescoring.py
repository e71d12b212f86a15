"""Points of what was handed in already, computed anew when the dates change that hold for it.

How late an answer is follows from when it arrived and from the dates that hold for its author, exceptions included,
never from when it was judged. So the same dates give the same points in whatever order they were set, and taking an
exception back restores what was there before. Points before the late rule, given by tests or by a teacher, do not move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.activity import Assignment, Override
from etude.models.activity.rules import effective
from etude.models.course import Course, Enrolment
from etude.models.live import publish
from etude.models.progress import operations as progress
from etude.models.submission.judging import note_for_class
from etude.models.submission.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from etude.models.activity.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """One submission whose lateness or points changed: days late and points after the late rule, before and now."""

    submission_id: int
    user_id: int
    late_days: tuple[int, int]
    score: tuple[Decimal | None, Decimal | None]


def describe(rescored: Sequence[Rescored]) -> dict[str, dict[str, list[str]]]:
    """Return what changed for the audit log, by the submission's id: each value before and after."""
    return {
        str(one.submission_id): {
            "late_days": [str(days) for days in one.late_days],
            "score": ["" if score is None else str(score) for score in one.score],
        }
        for one in rescored
    }


def rescore(session: Session, assignment: Assignment, at: datetime, *, user_id: int | None = None) -> list[Rescored]:
    """Bring lateness, points and progress of an assignment's submissions in line with the dates that hold now.

    Call it after the dates, the late rule or the exceptions were flushed, in the same transaction; `user_id` names the
    one student whom the change can reach, if it is only one. Rows that do not change are left alone; tries of the staff
    never count. Four queries, and some for each row that changes.
    """
    session.flush()
    rules = _rules_by_author(session, assignment)
    zone = session.get_one(Course, assignment.course_id).zone
    changed = {}
    for submission in _get_locked(session, assignment.id, user_id):
        one = _rescore_one(submission, rules.get(submission.user_id, effective(assignment)), zone)
        if one is not None:
            changed[submission] = one
    for submission in changed:
        submission.revision += 1
        publish(session, f"submission:{submission.id}", {"revision": submission.revision}, at)
    for author in {submission.user_id: submission for submission in changed}.values():
        progress.recompute(session, assignment.id, author.user_id)
        note_for_class(session, author, assignment.course_id, at)
    return list(changed.values())


def rescore_member(
    session: Session, member: Enrolment, sections: Collection[int | None], at: datetime
) -> list[Rescored]:
    """Bring a student's points in line after a move: `sections` are those left and joined, None where there is none.

    Also for somebody who comes (back) into a course, where earlier work may be. Call it after the enrolment was
    changed, in the same transaction. One query where no exception is for these sections.
    """
    of_sections = sa.exists().where(Override.assignment_id == Assignment.id, Override.section_id.in_(set(sections)))
    session.flush()
    found = session.scalars(sa.select(Assignment).where(Assignment.course_id == member.course_id, of_sections)).all()
    return [one for assignment in found for one in rescore(session, assignment, at, user_id=member.user_id)]


def _rules_by_author(session: Session, assignment: Assignment) -> dict[int, Rules]:
    """Return what holds for each author whom an exception reaches; for everybody else the assignment's own holds."""
    exceptions = session.scalars(sa.select(Override).where(Override.assignment_id == assignment.id)).all()
    if not exceptions:
        return {}
    of_users = {one.user_id: one for one in exceptions if one.user_id is not None}
    of_sections = {one.section_id: one for one in exceptions if one.section_id is not None}
    members = session.execute(
        sa.select(Enrolment.user_id, Enrolment.section_id).where(
            Enrolment.course_id == assignment.course_id,
            sa.or_(Enrolment.user_id.in_(of_users), Enrolment.section_id.in_(of_sections)),
        )
    )
    sections: dict[int, int | None] = dict.fromkeys(of_users)
    sections |= {row.user_id: row.section_id for row in members}
    return {
        user_id: effective(
            assignment, [one for one in (of_sections.get(section_id or 0), of_users.get(user_id)) if one]
        )
        for user_id, section_id in sections.items()
    }


def _get_locked(session: Session, assignment_id: int, user_id: int | None) -> Sequence[Submission]:
    """Return the submissions that count, locked: a worker that is recording one of them is waited for."""
    query = sa.select(Submission).where(Submission.assignment_id == assignment_id, Submission.is_trial.is_(False))
    if user_id is not None:
        query = query.where(Submission.user_id == user_id)
    ordered = query.order_by(Submission.id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(ordered).all()


def _rescore_one(submission: Submission, rules: Rules, zone: str) -> Rescored | None:
    late_days = rules.late_days_at(submission.submitted_at, zone)
    score = None if submission.raw_score is None else rules.penalised(submission.raw_score, late_days)
    before = submission.late_days, submission.score
    if (late_days, score) == before:
        return None
    submission.late_days, submission.score = late_days, score
    return Rescored(
        submission_id=submission.id,
        user_id=submission.user_id,
        late_days=(before[0], late_days),
        score=(before[1], score),
    )
