"""The cells of the class table: how one student's progress on one assignment is shown, on the page and live.

The table's page (features/progress) and the stream that refreshes it (features/activities) draw the same cell from
here, so that the two never differ. `live_cell` of components/matrix.html wraps a cell as an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from etude.models import Enrolment, Progress
from etude.models.activity.listing import get_listed
from etude.models.progress import ProgressState
from etude.permissions import Permission
from etude.web.templating import show_number

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from etude.models.activity.listing import ListedAssignment
    from etude.models.progress import CellValues
    from etude.permissions import Scope

NEAR = Decimal("0.75")
"""From this share of the points on, unfinished work is “nearly there”."""
STUCK_ATTEMPTS, STUCK_BELOW = 5, Decimal("0.5")
"""So many answers that counted and still less than this share of the points: the student may need help."""
_WORK = 1_000_000_007
"""A number that stands for a student or an assignment in an address until the real one is put in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell, as components/matrix.html draws it."""

    id: str
    state: str
    mark: str
    is_late: bool
    url: str
    label: str


def cell_state(values: CellValues | None, points: Decimal) -> str:
    """Return the state a cell shows: that of the progress, or `near` or `stuck` for work that was begun.

    `fault` is for the teacher to look at: the newest answer could not be judged, and the work is not done.
    """
    if values is None:
        return ProgressState.NOT_STARTED.value
    if values.has_fault and values.state is not ProgressState.COMPLETED:
        return "fault"
    if values.state is not ProgressState.STARTED or points <= 0:
        return values.state.value
    share = (values.best_score or Decimal(0)) / points
    if values.best_score is not None and share >= NEAR:
        return "near"
    return "stuck" if values.attempts_used >= STUCK_ATTEMPTS and share < STUCK_BELOW else values.state.value


class CellMaker:
    """Makes the cells of one page; words and addresses are looked up once, for there may be 3,000 of them."""

    def __init__(self, *, with_links: bool, title_locale: str) -> None:
        self._title_locale = title_locale
        self._address = ""
        if with_links:
            self._address = url_for("activities.show_student_work", assignment_id=_WORK, user_id=_WORK + 1)
        self._states = {
            "not_started": _("not started"),
            "started": _("started"),
            "near": _("nearly there"),
            "to_review": _("to review"),
            "completed": _("completed"),
            "stuck": _("stuck"),
            "fault": _("could not be judged"),
        }
        self._late = _("late")
        self._numbers: dict[Decimal, str] = {}

    def __call__(self, one: ListedAssignment, user_id: int, name: str, values: CellValues | None) -> Cell:
        """Return the cell of one student and one assignment; None is a student who has not begun."""
        state = cell_state(values, one.points)
        mark = self._number(values.best_score) if values is not None and values.best_score is not None else ""
        is_late = values is not None and values.best_late_days > 0
        return Cell(
            id=f"cell-{user_id}-{one.id}",
            state=state,
            mark=mark,
            is_late=is_late,
            url=self._url(one.id, user_id) if values is not None else "",
            label=self._label(one, name, state, values, is_late=is_late),
        )

    def _number(self, value: Decimal) -> str:
        if value not in self._numbers:
            self._numbers[value] = show_number(value)
        return self._numbers[value]

    def _url(self, assignment_id: int, user_id: int) -> str:
        return self._address.replace(str(_WORK + 1), str(user_id)).replace(str(_WORK), str(assignment_id))

    def _label(self, one: ListedAssignment, name: str, state: str, values: CellValues | None, *, is_late: bool) -> str:
        parts = [name, one.title(self._title_locale), self._states[state]]
        if values is not None and values.best_score is not None:
            parts.append(f"{self._number(values.best_score)}/{self._number(one.points)}")
        if values is not None and values.attempts_used:
            parts.append(ngettext("%(num)s attempt", "%(num)s attempts", values.attempts_used))
        if is_late:
            parts.append(self._late)
        return ", ".join(parts)


def find_cells(session: Session, scope: Scope, pairs: Collection[tuple[int, int]]) -> list[Cell]:
    """Return the cells of these (user, assignment) pairs that a reader's table holds, for the reader's stream.

    Left out: students of another section than the reader's, people who are no students of the course, assignments
    that left it; and all of them without the right to see progress.
    """
    if not scope.may(Permission.PROGRESS_VIEW) or not pairs:
        return []
    user_ids = sorted({user_id for user_id, _assignment_id in pairs})
    names = Enrolment.get_student_names(session, scope.course.id, user_ids, section_id=scope.section_id)
    listed = {one.id: one for one in get_listed(session, scope.course.id)}
    values = Progress.get_cells(session, scope.course.id, user_ids)
    make = CellMaker(with_links=scope.may(Permission.SUBMISSION_VIEW_OTHERS), title_locale=scope.course.locale)
    return [
        make(listed[assignment_id], user_id, names[user_id], values.get((user_id, assignment_id)))
        for user_id, assignment_id in sorted(pairs)
        if user_id in names and assignment_id in listed
    ]
