"""One student's progress in a course, as the staff see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.core.errors import NotFound
from etude.extensions import db
from etude.models import Enrolment, Progress
from etude.models.activity.listing import get_listed
from etude.models.course import CourseRole
from etude.models.progress import ProgressState
from etude.permissions import Permission
from etude.web.class_table import CellMaker
from etude.web.templating import show_number

if TYPE_CHECKING:
    from datetime import datetime

    from etude.models.activity.listing import ListedAssignment
    from etude.permissions import Scope
    from etude.web.class_table import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One assignment of the student."""

    assignment_id: int
    title: str
    cell: Cell
    points: str
    attempts: int
    last_submitted_at: datetime | None
    completed_at: datetime | None
    is_completed: bool
    is_marked_by_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentPage:
    """What the page shows."""

    user_id: int
    name: str
    section: str
    rows: tuple[WorkRow, ...]


def get_student(scope: Scope, user_id: int) -> Enrolment:
    """Return a student's enrolment with the account, if the reader may see this student.

    Raises:
        NotFound: no student of the course, or one of a section that is not the reader's.
    """
    enrolment = Enrolment.get_with_user(db.session, scope.course.id, user_id)
    if enrolment is None or enrolment.role is not CourseRole.STUDENT:
        raise NotFound
    if scope.section_id not in (None, enrolment.section_id):
        raise NotFound
    return enrolment


def get_student_page(scope: Scope, user_id: int) -> StudentPage:
    """Return one student's work on every assignment of the course.

    Raises:
        NotFound: as `get_student`.
    """
    enrolment = get_student(scope, user_id)
    cells = Progress.get_cells(db.session, scope.course.id, [user_id])
    found = Progress.get_for_user_in_course(db.session, user_id, scope.course.id)
    make = CellMaker(with_links=scope.may(Permission.SUBMISSION_VIEW_OTHERS), title_locale=scope.course.locale)

    def row(one: ListedAssignment) -> WorkRow:
        progress = found.get(one.id)
        return WorkRow(
            assignment_id=one.id,
            title=one.title(scope.course.locale),
            cell=make(one, user_id, enrolment.user.name, cells.get((user_id, one.id))),
            points=show_number(one.points),
            attempts=progress.attempts_used if progress else 0,
            last_submitted_at=progress.last_submitted_at if progress else None,
            completed_at=progress.completed_at if progress else None,
            is_completed=progress is not None and progress.state is ProgressState.COMPLETED,
            is_marked_by_hand=progress is not None and progress.is_marked_by_hand,
        )

    return StudentPage(
        user_id=user_id,
        name=enrolment.user.name,
        section=enrolment.section.name if enrolment.section else "",
        rows=tuple(row(one) for one in get_listed(db.session, scope.course.id)),
    )
