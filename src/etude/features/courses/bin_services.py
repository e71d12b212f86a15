"""The bin: what a person may restore, and restoring it. One function, one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound
from etude.extensions import db
from etude.models import Activity, Assignment, Course, Enrolment, Section, User
from etude.models.submission.rescoring import Rescored, describe, rescore, rescore_member

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

PAGE_SIZE = 50
Row = Activity | Assignment | Course | Enrolment | Section


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One sort of things in the bin: how a restored one is audited, and what living one may be in its way."""

    model: type[Any]
    tag: AuditTag
    is_blocked: Callable[[Session, Any], bool]
    blocked: str


def _is_course_blocked(session: Session, course: Course) -> bool:
    return Course.get_by_code(session, course.code) is not None


def _is_activity_blocked(session: Session, activity: Activity) -> bool:
    return Activity.get_by_slug(session, activity.slug) is not None


def _is_assignment_blocked(session: Session, assignment: Assignment) -> bool:
    activity = session.get(Activity, assignment.activity_id)
    same = sa.select(Assignment.id).where(
        Assignment.course_id == assignment.course_id, Assignment.activity_id == assignment.activity_id
    )
    return activity is None or activity.is_deleted or session.scalar(same) is not None


def _is_enrolment_blocked(session: Session, enrolment: Enrolment) -> bool:
    user = session.get(User, enrolment.user_id)
    again = Enrolment.get_for(session, enrolment.course_id, enrolment.user_id)
    return user is None or user.is_deleted or again is not None


def _is_section_blocked(session: Session, section: Section) -> bool:
    same = sa.select(Section.id).where(Section.course_id == section.course_id, Section.name == section.name)
    return session.scalar(same) is not None


SCHOOL_SORTS = {
    "courses": Sort(
        model=Course,
        tag=AuditTag.COURSE_RESTORED,
        is_blocked=_is_course_blocked,
        blocked=_("Another course has this code now. Change that one’s code first."),
    ),
    "activities": Sort(
        model=Activity,
        tag=AuditTag.ACTIVITY_RESTORED,
        is_blocked=_is_activity_blocked,
        blocked=_("Another activity has this short name now. Change that one’s first."),
    ),
}
COURSE_SORTS = {
    "assignments": Sort(
        model=Assignment,
        tag=AuditTag.ASSIGNMENT_RESTORED,
        is_blocked=_is_assignment_blocked,
        blocked=_("The activity is in the course again, or it is in the bin itself."),
    ),
    "people": Sort(
        model=Enrolment,
        tag=AuditTag.ENROLMENT_RESTORED,
        is_blocked=_is_enrolment_blocked,
        blocked=_("This person is in the course again, or the account was deleted."),
    ),
    "sections": Sort(
        model=Section,
        tag=AuditTag.SECTION_CHANGED,
        is_blocked=_is_section_blocked,
        blocked=_("Another section of the course has this name now."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """One row of a bin page."""

    id: int
    name: str
    deleted_at: datetime
    deleted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BinPage:
    """A page of one sort of deleted things; `has_more` tells of a next page."""

    rows: tuple[Binned, ...]
    has_more: bool


def get_school_page(sort: str, *, owner_id: int | None, page: int, locale: str) -> BinPage:
    """Return a page of the deleted courses or activities of one owner, or of all with None.

    Raises:
        NotFound: there is no such sort of things.
    """
    if sort not in SCHOOL_SORTS:
        raise NotFound
    model = SCHOOL_SORTS[sort].model
    found = model.get_deleted_page(db.session, owner_id=owner_id, **_window(page))
    return _page(found, locale)


def get_course_page(sort: str, *, course_id: int, page: int, locale: str) -> BinPage:
    """Return a page of a course's deleted assignments, people or sections.

    Raises:
        NotFound: there is no such sort of things.
    """
    if sort not in COURSE_SORTS:
        raise NotFound
    found = COURSE_SORTS[sort].model.get_deleted_page(db.session, course_id, **_window(page))
    return _page(found, locale)


def _window(page: int) -> dict[str, int]:
    return {"offset": (max(1, page) - 1) * PAGE_SIZE, "limit": PAGE_SIZE + 1}


def _page(found: Sequence[Row], locale: str) -> BinPage:
    names = User.get_names(db.session, {row.deleted_by_id for row in found if row.deleted_by_id is not None})
    rows = tuple(
        Binned(
            id=row.id,
            name=_name(row, locale),
            deleted_at=row.deleted_at,
            deleted_by=names.get(row.deleted_by_id or 0, ""),
        )
        for row in found[:PAGE_SIZE]
        if row.deleted_at is not None
    )
    return BinPage(rows=rows, has_more=len(found) > PAGE_SIZE)


def _name(row: Row, locale: str) -> str:
    if isinstance(row, Course):
        return f"{row.code} – {row.title}"
    if isinstance(row, Enrolment):
        return row.user.name
    if isinstance(row, Section):
        return row.name
    return row.activity.title(locale) if isinstance(row, Assignment) else row.title(locale)


def restore_in_school(sort: str, row_id: int, *, owner_id: int | None, at: datetime) -> None:
    """Take a course or an activity out of the bin; with an owner only the owner's.

    Raises:
        NotFound: it is not in this person's bin.
        Conflict: a living one has its place; the sentence says which.
    """
    with db.session.begin():
        row = _get(SCHOOL_SORTS, sort, row_id)
        if owner_id is not None and row.owner_id != owner_id:
            raise NotFound
        _restore(SCHOOL_SORTS[sort], row, course_id=row.id if isinstance(row, Course) else None, at=at)


def restore_in_course(sort: str, row_id: int, *, course_id: int, at: datetime) -> None:
    """Take an assignment, a person's enrolment or a section of a course out of the bin.

    What was handed in before has the points that the dates give now: sections may have changed in the meantime.

    Raises:
        NotFound: it is not in this course's bin.
        Conflict: a living one has its place; the sentence says which.
    """
    with db.session.begin():
        row = _get(COURSE_SORTS, sort, row_id)
        if row.course_id != course_id:
            raise NotFound
        _restore(COURSE_SORTS[sort], row, course_id=course_id, at=at)


def _get(sorts: dict[str, Sort], sort: str, row_id: int) -> Any:  # noqa: ANN401  one of five models
    row = (
        db.session.get(sorts[sort].model, row_id, execution_options={"include_deleted": True})
        if sort in sorts
        else None
    )
    if row is None or not row.is_deleted:
        raise NotFound
    return row


def _restore(sort: Sort, row: Any, *, course_id: int | None, at: datetime) -> None:  # noqa: ANN401
    if sort.is_blocked(db.session, row):
        raise Conflict(sort.blocked)
    row.restore()
    details: dict[str, object] = {"restored": True}
    if rescored := _rescore(row, at):
        details["rescored"] = describe(rescored)
    audit.record(db.session, sort.tag, target=row, course_id=course_id, details=details)


def _rescore(row: Row, at: datetime) -> list[Rescored]:
    if isinstance(row, Assignment):
        return rescore(db.session, row, at)
    return rescore_member(db.session, row, [row.section_id], at) if isinstance(row, Enrolment) else []
