"""Writes on overrides: exceptions for one student or one section. One function, one transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound
from etude.extensions import db
from etude.models import Assignment, Enrolment, Override, Section
from etude.models.course import CourseRole
from etude.models.submission.rescoring import describe, rescore

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


class AlreadyThere(Conflict):
    """The student or section has an exception for this assignment."""

    default = _("There is an exception for this student or section already. Change that one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideValues:
    """What a form says of an exception: one target, and what it replaces; null replaces nothing."""

    user_id: int | None
    section_id: int | None
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    attempts: int | None
    time_factor: float | None
    reason: str


def _refuse_strangers(session: Session, course_id: int, values: OverrideValues) -> None:
    """Refuse a target that is not a student or a section of the course."""
    if values.section_id is not None:
        section = session.get(Section, values.section_id)
        if section is None or section.is_deleted or section.course_id != course_id:
            raise NotFound
        return
    enrolment = Enrolment.get_for(session, course_id, values.user_id or 0)
    if enrolment is None or enrolment.role is not CourseRole.STUDENT:
        raise NotFound


def _details(values: OverrideValues) -> dict[str, object]:
    return {
        name: value if isinstance(value, int | float) else str(value)
        for name, value in asdict(values).items()
        if value not in (None, "")
    }


def add_override(assignment_id: int, values: OverrideValues, *, at: datetime) -> int:
    """Add an exception; return how many answers that were handed in before it got other points or are late no more.

    Raises:
        AlreadyThere: the target has one for this assignment.
        NotFound: the target is not in the course.
    """
    with db.session.begin():
        assignment = db.session.get(Assignment, assignment_id)
        if assignment is None or assignment.is_deleted:
            raise NotFound
        _refuse_strangers(db.session, assignment.course_id, values)
        target = {"user_id": values.user_id, "section_id": values.section_id}
        if Override.get_for_target(db.session, assignment_id, **target) is not None:
            raise AlreadyThere
        override = Override(assignment_id=assignment_id, **asdict(values))
        db.session.add(override)
        db.session.flush()
        return _record(override, assignment, {"change": "added", **_details(values)}, at)


def update_override(override_id: int, values: OverrideValues, *, at: datetime) -> int:
    """Replace what an exception says; whom it is for does not change. Return how many answers it rescored."""
    with db.session.begin():
        override, assignment = _get(db.session, override_id)
        for name, value in asdict(values).items():
            if name not in ("user_id", "section_id"):
                setattr(override, name, value)
        return _record(override, assignment, {"change": "updated", **_details(values)}, at)


def delete_override(override_id: int, *, at: datetime) -> tuple[int, int]:
    """Remove an exception; return the id of its assignment and how many answers it rescored."""
    with db.session.begin():
        override, assignment = _get(db.session, override_id)
        whom = {"user_id": override.user_id, "section_id": override.section_id}
        db.session.delete(override)
        return assignment.id, _record(override, assignment, {"change": "removed", **whom}, at)


def _get(session: Session, override_id: int) -> tuple[Override, Assignment]:
    override = session.get(Override, override_id)
    assignment = session.get(Assignment, override.assignment_id) if override is not None else None
    if override is None or assignment is None:
        raise NotFound
    return override, assignment


def _record(override: Override, assignment: Assignment, details: dict[str, object], at: datetime) -> int:
    """Give what was handed in already the points that it has by these dates, and note all of it; return how many."""
    rescored = rescore(db.session, assignment, at)
    if rescored:
        details["rescored"] = describe(rescored)
    audit.record(
        db.session, AuditTag.OVERRIDE_CHANGED, target=override, course_id=assignment.course_id, details=details
    )
    return len(rescored)
