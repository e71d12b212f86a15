"""Writes on courses: create, edit, archive, delete, duplicate. One function, one transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound
from etude.extensions import db
from etude.models import Assignment, Course
from etude.models.activity.listing import get_listed
from etude.models.course.operations import add_course

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from etude.models.activity.listing import ListedAssignment


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseValues:
    """What a form says of a course."""

    code: str
    title: str
    description: str
    locale: str
    zone: str
    keeps_console_output: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyValues:
    """What a form says of a copy. Its dates are moved so that the earliest is on `first_day`; None empties all."""

    code: str
    title: str
    first_day: date | None


class CodeTaken(Conflict):
    """Another living course has this code."""

    default = _("Another course has this code already.")


def _refuse_taken(session: Session, code: str, *, but_id: int | None = None) -> None:
    found = Course.get_by_code(session, code)
    if found is not None and found.id != but_id:
        raise CodeTaken


def _get(session: Session, course_id: int) -> Course:
    course = session.get(Course, course_id)
    if course is None or course.is_deleted:
        raise NotFound
    return course


def create_course(values: CourseValues, *, teacher_id: int) -> int:
    """Create a course and enrol its teacher; return its id.

    Raises:
        CodeTaken: another course has the code.
    """
    with db.session.begin():
        _refuse_taken(db.session, values.code)
        course = add_course(db.session, Course(**asdict(values)), teacher_id=teacher_id)
        audit.record(
            db.session, AuditTag.COURSE_CREATED, target=course, course_id=course.id, details={"code": values.code}
        )
        return course.id


def update_course(course_id: int, values: CourseValues) -> None:
    """Change what a course says of itself. A new zone moves no date: deadlines stay at the same instant.

    Raises:
        CodeTaken: another course has the code.
    """
    with db.session.begin():
        course = _get(db.session, course_id)
        _refuse_taken(db.session, values.code, but_id=course_id)
        changed = {name: value for name, value in asdict(values).items() if getattr(course, name) != value}
        for name, value in changed.items():
            setattr(course, name, value)
        if changed:
            audit.record(db.session, AuditTag.COURSE_UPDATED, target=course, course_id=course_id, details=changed)


def set_archived(course_id: int, *, is_archived: bool, at: datetime) -> None:
    """End a course, so that it can be read and nothing handed in, or open it again."""
    with db.session.begin():
        course = _get(db.session, course_id)
        if course.is_archived == is_archived:
            return
        course.archived_at = at if is_archived else None
        audit.record(
            db.session,
            AuditTag.COURSE_ARCHIVED,
            target=course,
            course_id=course_id,
            details={"is_archived": is_archived},
        )


def delete_course(course_id: int, *, by_id: int, at: datetime) -> None:
    """Put a course in the bin, with all that is in it; nothing is lost before the bin is emptied."""
    with db.session.begin():
        course = _get(db.session, course_id)
        course.delete(at, by_id)
        audit.record(
            db.session, AuditTag.COURSE_DELETED, target=course, course_id=course_id, details={"code": course.code}
        )


def duplicate_course(course_id: int, values: CopyValues, *, teacher_id: int) -> int:
    """Copy a course with its assignments, without people and their exceptions; return the copy's id.

    Dates move on the course's clock: what is due at 18:00 is due at 18:00, in summer time or not.

    Raises:
        CodeTaken: another course has the code.
    """
    with db.session.begin():
        source = _get(db.session, course_id)
        _refuse_taken(db.session, values.code)
        copy = Course(
            code=values.code,
            title=values.title,
            description=source.description,
            locale=source.locale,
            zone=source.zone,
        )
        add_course(db.session, copy, teacher_id=teacher_id)
        listed = get_listed(db.session, course_id)
        db.session.add_all(_copies(listed, copy, _days(listed, values.first_day, source.zone)))
        details = {"code": values.code, "copied_from": course_id}
        audit.record(db.session, AuditTag.COURSE_CREATED, target=copy, course_id=copy.id, details=details)
        return copy.id


def _dates(one: ListedAssignment) -> tuple[datetime | None, datetime | None, datetime | None]:
    return one.opens_at, one.due_at, one.closes_at


def _days(listed: tuple[ListedAssignment, ...], first_day: date | None, zone: str) -> timedelta | None:
    """Return by how much dates move; None empties them."""
    earliest = min((at for one in listed for at in _dates(one) if at is not None), default=None)
    if first_day is None or earliest is None:
        return None
    return first_day - earliest.astimezone(ZoneInfo(zone)).date()


def _copies(listed: tuple[ListedAssignment, ...], copy: Course, by: timedelta | None) -> list[Assignment]:
    return [
        Assignment(
            course_id=copy.id,
            activity_id=one.activity_id,
            position=position,
            points=one.points,
            opens_at=_moved(one.opens_at, by, copy.zone),
            due_at=_moved(one.due_at, by, copy.zone),
            closes_at=_moved(one.closes_at, by, copy.zone),
            attempts=one.attempts,
            late_percent=one.late_percent,
            late_floor_percent=one.late_floor_percent,
            is_visible=one.is_visible,
        )
        for position, one in enumerate(listed, start=1)
    ]


def _moved(at: datetime | None, by: timedelta | None, zone: str) -> datetime | None:
    """Return the same time of day some days away; a time that does not exist there is an hour later."""
    if at is None or by is None:
        return None
    local = at.astimezone(ZoneInfo(zone))
    return (local.replace(tzinfo=None) + by).replace(tzinfo=local.tzinfo, fold=local.fold).astimezone(UTC)


def get_first_date(course_id: int) -> datetime | None:
    """Return the earliest date of a course's assignments."""
    listed = get_listed(db.session, course_id)
    return min((at for one in listed for at in _dates(one) if at is not None), default=None)
