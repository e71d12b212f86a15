"""Writes of the class table: the audited exports, and marks by hand. One function, one transaction."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.progress import course_archive
from etude.models import Assignment, Course, Enrolment, Progress
from etude.models.activity.listing import get_listed
from etude.models.course import CourseRole
from etude.models.progress import operations
from etude.storage import open_storage
from etude.web import spreadsheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import IO

    from etude.config import Config
    from etude.models.activity.listing import ListedAssignment
    from etude.models.progress import CellValues

MOST_EXPORTED = 5000


def export_grades(course_id: int, *, section_id: int | None, locale: str) -> bytes:
    """Return the points of all students as CSV, and note in the audit log that they left the school's machine.

    Raises:
        NotFound: there is no such course.
    """
    with db.session.begin():
        course = _get(course_id)
        listed, students = _who_did_what(course_id, section_id)
        details = {"students": len(students), "assignments": len(listed), "section_id": section_id}
        audit.record(db.session, AuditTag.GRADES_EXPORTED, target=course, course_id=course_id, details=details)
        return _grades(course, listed, students, locale)


def export_course(config: Config, course_id: int, *, locale: str) -> IO[bytes]:
    """Return the archive of a course as an open zip, and note in the audit log that it left; the caller closes it.

    Raises:
        NotFound: there is no such course.
    """
    with db.session.begin():
        course = _get(course_id)
        listed, students = _who_did_what(course_id, None)
        grades = _grades(course, listed, students, locale)
        details = {"students": len(students), "assignments": len(listed)}
        audit.record(db.session, AuditTag.COURSE_EXPORTED, target=course, course_id=course_id, details=details)
    source = course_archive.Source(db.session, open_storage(config), course_id)
    return course_archive.write(source, config.scratch, grades)


def _get(course_id: int) -> Course:
    course = db.session.get(Course, course_id)
    if course is None or course.is_deleted:
        raise NotFound
    return course


def _who_did_what(course_id: int, section_id: int | None) -> tuple[tuple[ListedAssignment, ...], Sequence[Enrolment]]:
    students = Enrolment.get_students_page(db.session, course_id, section_id=section_id, offset=0, limit=MOST_EXPORTED)
    return get_listed(db.session, course_id), students


def _grades(course: Course, listed: tuple[ListedAssignment, ...], students: Sequence[Enrolment], locale: str) -> bytes:
    cells = Progress.get_cells(db.session, course.id, [one.user_id for one in students])
    rows = [_head(listed, course.locale), *(_row(one, listed, cells, locale) for one in students)]
    return spreadsheet.write_csv(rows, locale)


def _head(listed: tuple[ListedAssignment, ...], title_locale: str) -> list[str]:
    names = [_("Family name"), _("First name"), _("User name"), _("Section")]
    return [*names, *(spreadsheet.safe(one.title(title_locale)) for one in listed), _("Total"), _("Out of")]


def _row(
    enrolment: Enrolment,
    listed: tuple[ListedAssignment, ...],
    cells: dict[tuple[int, int], CellValues],
    locale: str,
) -> list[str]:
    user = enrolment.user
    section = enrolment.section.name if enrolment.section else ""
    found = [cells.get((user.id, one.id)) for one in listed]
    scores = [values.best_score if values else None for values in found]
    total = sum((score for score in scores if score is not None), Decimal(0))
    most = sum((one.points for one in listed), Decimal(0))
    return [
        *(spreadsheet.safe(text) for text in (user.family_name, user.given_name, user.login, section)),
        *(spreadsheet.number(score, locale) for score in scores),
        spreadsheet.number(total, locale),
        spreadsheet.number(most, locale),
    ]


def mark(assignment_id: int, user_id: int, *, is_completed: bool, at: datetime, by_id: int) -> int:
    """Mark a student's work as done by hand, or take such a mark back; return the course's id.

    Raises:
        NotFound: the assignment does not exist, or the person is no student of its course.
    """
    with db.session.begin():
        assignment = db.session.get(Assignment, assignment_id)
        if assignment is None or assignment.is_deleted:
            raise NotFound
        enrolment = Enrolment.get_for(db.session, assignment.course_id, user_id)
        if enrolment is None or enrolment.role is not CourseRole.STUDENT:
            raise NotFound
        if is_completed:
            progress = operations.mark_completed(db.session, assignment, user_id, at=at, by_id=by_id)
        else:
            progress = operations.unmark_completed(db.session, assignment, user_id)
        audit.record(
            db.session,
            AuditTag.PROGRESS_MARKED,
            target=progress,
            course_id=assignment.course_id,
            details={"user_id": user_id, "assignment_id": assignment_id, "is_completed": is_completed},
        )
        return assignment.course_id
