"""The programs that a student ran, as they are recorded: in what, how long, how they ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.consoles.list_page import language_label
from etude.models import Enrolment
from etude.models.activity.listing import get_listed
from etude.models.course import CourseRole
from etude.models.watching import listing

if TYPE_CHECKING:
    from datetime import datetime

    from etude.models.watching.listing import PastConsole
    from etude.permissions import Scope

PER_PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One program; `lasted_s` is None while it runs."""

    id: int
    activity: str
    language: str
    opened_at: datetime
    lasted_s: int | None
    cpu_ms: int
    ending: str
    has_record: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """A page of one student's programs."""

    user_id: int
    name: str
    rows: tuple[RecordRow, ...]
    number: int
    page_count: int


def get_record_page(scope: Scope, user_id: int, wished: int) -> RecordPage:
    """Return a page of a student's programs; pages beyond the last show the last.

    Raises:
        NotFound: no student of the course, or one of a section that is not the reader's.
    """
    name = find_student(scope, user_id)
    page_count = max(1, -(-listing.count_of_student(db.session, scope.course.id, user_id) // PER_PAGE))
    number = min(max(wished, 1), page_count)
    found = listing.get_of_student(db.session, scope.course.id, user_id, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    titles = {one.id: one.title(scope.course.locale) for one in get_listed(db.session, scope.course.id)}
    rows = tuple(_make_row(one, titles.get(one.assignment_id, "")) for one in found)
    return RecordPage(user_id=user_id, name=name, rows=rows, number=number, page_count=page_count)


def find_student(scope: Scope, user_id: int) -> str:
    """Return the name of a student whom this reader may look at.

    Raises:
        NotFound: there is no such student for this reader.
    """
    enrolment = Enrolment.get_with_user(db.session, scope.course.id, user_id)
    if enrolment is None or enrolment.role is not CourseRole.STUDENT:
        raise NotFound
    if scope.section_id not in (None, enrolment.section_id):
        raise NotFound
    return enrolment.user.name


def _make_row(one: PastConsole, activity: str) -> RecordRow:
    lasted = None if one.ended_at is None else max(0, round((one.ended_at - one.opened_at).total_seconds()))
    return RecordRow(
        id=one.id,
        activity=activity,
        language=language_label(one.language),
        opened_at=one.opened_at,
        lasted_s=lasted,
        cpu_ms=one.cpu_ms,
        ending=_ending_words().get(one.ending, one.ending),
        has_record=one.has_record,
    )


def _ending_words() -> dict[str, str]:
    return {
        "": _("runs still"),
        "ended": _("ended by itself"),
        "cpu": _("reached the limit of computing time"),
        "memory": _("reached the limit of memory"),
        "output": _("reached the limit of output"),
        "processes": _("reached the limit of processes"),
        "limit": _("reached a limit"),
        "wall": _("ran too long"),
        "idle": _("nothing happened any more"),
        "left": _("nobody looked any more"),
        "stopped": _("stopped by the student"),
        "staff": _("stopped by the staff"),
        "compile": _("did not compile"),
        "fault": _("a fault of the site"),
        "lost": _("lost with the server’s process"),
    }
