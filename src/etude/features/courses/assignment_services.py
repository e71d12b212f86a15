"""Writes on a course's assignments: add, change, move, delete. One function, one transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import NotFound, Refused
from etude.extensions import db
from etude.models import Activity, ActivityVersion, Assignment
from etude.models.activity import operations
from etude.models.activity.listing import MOST_ASSIGNMENTS, get_listed
from etude.models.activity.publishing import Publishing, may_publish
from etude.models.submission.rescoring import describe, rescore

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


DISAGREES = _(
    "Its tests and its solutions contradict each other, so students cannot see it yet. Its own page says where."
)


LATE_RULE = frozenset({"due_at", "late_percent", "late_floor_percent"})
"""What decides how late an answer is and what that costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentValues:
    """What a form says of an assignment; times are instants, null dates do not apply, null attempts are unlimited."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    attempts: int | None
    points: Decimal
    late_percent: int
    late_floor_percent: int
    is_visible: bool


def _get(session: Session, assignment_id: int) -> Assignment:
    assignment = session.get(Assignment, assignment_id)
    if assignment is None or assignment.is_deleted:
        raise NotFound
    return assignment


def _latest(session: Session, activity_id: int) -> ActivityVersion | None:
    activity = session.get(Activity, activity_id)
    return session.get(ActivityVersion, activity.latest_version_id) if activity and activity.latest_version_id else None


def add_assignment(course_id: int, activity_id: int) -> int:
    """Place an activity at the end of a course with the points it was made with; return the assignment's id.

    An activity that is there already is not added twice: its assignment is returned. One whose tests and solutions
    contradict each other comes in hidden from students.

    Raises:
        NotFound: there is no such activity.
        Refused: the course is full.
    """
    with db.session.begin():
        activity = db.session.get(Activity, activity_id)
        if activity is None or activity.is_deleted:
            raise NotFound
        listed = get_listed(db.session, course_id)
        for one in listed:
            if one.activity_id == activity_id:
                return one.id
        if len(listed) >= MOST_ASSIGNMENTS:
            raise Refused(_("A course holds at most %(most)s assignments."), most=MOST_ASSIGNMENTS)
        version = _latest(db.session, activity.id)
        points = version.points if version is not None else Decimal(10)
        assignment = operations.add_assignment(db.session, course_id, activity, points=points)
        assignment.is_visible = may_publish(version) is not Publishing.DISAGREES
        details = {"slug": activity.slug, "points": str(points)}
        audit.record(db.session, AuditTag.ASSIGNMENT_CREATED, target=assignment, course_id=course_id, details=details)
        return assignment.id


def update_assignment(assignment_id: int, values: AssignmentValues, *, at: datetime) -> int:
    """Change dates, points, attempts, late rule and visibility.

    Results that exist keep the points they got; what the late rule takes off follows the new dates and rule. Return how
    many answers are later, less late, or have other points by them.

    Raises:
        Refused: students should see an activity whose tests and solutions contradict each other.
    """
    with db.session.begin():
        assignment = _get(db.session, assignment_id)
        contradicted = may_publish(_latest(db.session, assignment.activity_id)) is Publishing.DISAGREES
        if values.is_visible and contradicted:
            raise Refused(DISAGREES)
        changed = {name: value for name, value in asdict(values).items() if getattr(assignment, name) != value}
        for name, value in changed.items():
            setattr(assignment, name, value)
        rescored = rescore(db.session, assignment, at) if LATE_RULE & changed.keys() else []
        if changed:
            details: dict[str, object] = {
                name: value if isinstance(value, int | None) else str(value) for name, value in changed.items()
            }
            if rescored:
                details["rescored"] = describe(rescored)
            audit.record(
                db.session,
                AuditTag.ASSIGNMENT_UPDATED,
                target=assignment,
                course_id=assignment.course_id,
                details=details,
            )
        return len(rescored)


def move_assignment(assignment_id: int, *, up: bool) -> None:
    """Move an assignment one place up or down; at the end of the list nothing happens."""
    with db.session.begin():
        assignment = _get(db.session, assignment_id)
        if operations.move(db.session, assignment, up=up):
            audit.record(
                db.session,
                AuditTag.ASSIGNMENT_UPDATED,
                target=assignment,
                course_id=assignment.course_id,
                details={"moved": "up" if up else "down"},
            )


def delete_assignment(assignment_id: int, *, by_id: int, at: datetime) -> int:
    """Put an assignment in the bin, its submissions and marks with it; return its course's id."""
    with db.session.begin():
        assignment = _get(db.session, assignment_id)
        assignment.delete(at, by_id)
        audit.record(db.session, AuditTag.ASSIGNMENT_DELETED, target=assignment, course_id=assignment.course_id)
        return assignment.course_id
