"""The class table: a page of students, a page of assignments, and the figures of the whole class below."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from etude.extensions import db
from etude.models import Enrolment, Event, Progress, Section
from etude.models.activity.listing import get_listed
from etude.models.progress import ProgressState
from etude.permissions import Permission
from etude.web.class_table import Cell, CellMaker
from etude.web.templating import show_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.models.activity.listing import ListedAssignment
    from etude.models.progress import CellValues
    from etude.permissions import Scope

STUDENTS_PER_PAGE = 60
COLUMNS_PER_PAGE = 60
PRINTED_STUDENTS, PRINTED_COLUMNS = 500, 12
BIN_COUNT = 10
LEAST_FOR_CHART = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which part of the table is asked for; pages count from 1, `section_id` None is the whole course."""

    section_id: int | None
    page: int
    column_page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One assignment at the head of the table, and how many of the class have completed it."""

    title: str
    url: str
    completed: int
    is_visible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentRow:
    """One student with a cell for each column."""

    name: str
    url: str
    section: str
    total: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of the distribution of the class, as components/chart.html draws it."""

    label: str
    value: int

    @property
    def pair(self) -> tuple[str, int]:
        """The bar's figures for the table under the picture."""
        return self.label, self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPage:
    """What the page shows; `sections` is empty for whoever is bound to one."""

    columns: tuple[Column, ...]
    rows: tuple[StudentRow, ...]
    sections: tuple[tuple[int, str], ...]
    view: View
    page_count: int
    column_page_count: int
    students: int
    most_points: str
    bars: tuple[Bar, ...]
    last_event_id: int


def get_class_page(scope: Scope, view: View) -> ClassPage:
    """Return one page of the table; pages beyond the last show the last."""
    last_event_id = Event.get_last_id(db.session)  # before anything else is read: the stream sends what comes after
    section_id = bound_section(scope, view.section_id)
    listed = get_listed(db.session, scope.course.id)
    students = Enrolment.count_students(db.session, scope.course.id, section_id=section_id)
    pages = _Pages(students, STUDENTS_PER_PAGE, view.page)
    column_pages = _Pages(len(listed), COLUMNS_PER_PAGE, view.column_page)
    shown = listed[column_pages.offset : column_pages.offset + COLUMNS_PER_PAGE]
    totals = _get_totals(scope, section_id)
    table = _Table(scope, section_id, totals, with_links=True)
    most = sum((one.points for one in listed), Decimal(0))
    enrolments = table.get_students(pages.offset, STUDENTS_PER_PAGE)
    return ClassPage(
        columns=table.make_columns(shown),
        rows=table.make_rows(enrolments, shown, table.read_cells(enrolments)),
        sections=_sections(scope),
        view=View(section_id=section_id, page=pages.number, column_page=column_pages.number),
        page_count=pages.count,
        column_page_count=column_pages.count,
        students=students,
        most_points=show_number(most),
        bars=_bars(list(totals.values()), most, students),
        last_event_id=last_event_id,
    )


class _Pages:
    """Which of how many pages is shown, and where it begins."""

    def __init__(self, total: int, size: int, wished: int) -> None:
        self.count = max(1, -(-total // size))
        self.number = min(max(wished, 1), self.count)
        self.offset = (self.number - 1) * size


def _get_totals(scope: Scope, section_id: int | None) -> dict[int, Decimal]:
    ids = [one.id for one in get_listed(db.session, scope.course.id)]
    return Progress.get_totals(db.session, scope.course.id, ids, section_id=section_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """Some columns of the table, with all students."""

    columns: tuple[Column, ...]
    rows: tuple[StudentRow, ...]


def get_printed_tables(scope: Scope, section_id: int | None) -> tuple[PrintedTable, ...]:
    """Return the table cut into pieces that are as wide as a sheet; at most 500 students."""
    section_id = bound_section(scope, section_id)
    listed = get_listed(db.session, scope.course.id)
    table = _Table(scope, section_id, _get_totals(scope, section_id), with_links=False)
    enrolments = table.get_students(0, PRINTED_STUDENTS)
    pieces = [listed[first : first + PRINTED_COLUMNS] for first in range(0, len(listed), PRINTED_COLUMNS)]
    values = table.read_cells(enrolments)
    return tuple(
        PrintedTable(columns=table.make_columns(piece), rows=table.make_rows(enrolments, piece, values))
        for piece in pieces
    )


def bound_section(scope: Scope, wished_id: int | None) -> int | None:
    """Return the section a reader sees: an assistant's or observer's own one, else the one that was asked for."""
    return scope.section_id if scope.section_id is not None else wished_id


def _sections(scope: Scope) -> tuple[tuple[int, str], ...]:
    if scope.section_id is not None:
        return ()
    return tuple((one.id, one.name) for one in Section.get_for_course(db.session, scope.course.id))


class _Table:
    """Makes columns and rows for one reader; each figure is read once for the whole page."""

    def __init__(self, scope: Scope, section_id: int | None, totals: dict[int, Decimal], *, with_links: bool) -> None:
        self._course = scope.course
        self._section_id = section_id
        self._totals = totals
        self._counts = Progress.count_states(db.session, scope.course.id, section_id=section_id)
        self._may_manage = with_links and scope.may(Permission.ASSIGNMENT_MANAGE)
        self._with_links = with_links
        shows_work = with_links and scope.may(Permission.SUBMISSION_VIEW_OTHERS)
        self._make_cell = CellMaker(with_links=shows_work, title_locale=scope.course.locale)

    def get_students(self, offset: int, limit: int) -> Sequence[Enrolment]:
        return Enrolment.get_students_page(
            db.session, self._course.id, section_id=self._section_id, offset=offset, limit=limit
        )

    def make_columns(self, listed: Sequence[ListedAssignment]) -> tuple[Column, ...]:
        return tuple(
            Column(
                title=one.title(self._course.locale),
                url=url_for("assignments.edit", assignment_id=one.id) if self._may_manage else "",
                completed=self._counts.get((one.id, ProgressState.COMPLETED), 0),
                is_visible=one.is_visible,
            )
            for one in listed
        )

    def read_cells(self, enrolments: Sequence[Enrolment]) -> dict[tuple[int, int], CellValues]:
        """Return the figures of these students, by (user, assignment): once, however many pieces are printed."""
        return Progress.get_cells(db.session, self._course.id, [one.user_id for one in enrolments])

    def make_rows(
        self,
        enrolments: Sequence[Enrolment],
        listed: Sequence[ListedAssignment],
        values: dict[tuple[int, int], CellValues],
    ) -> tuple[StudentRow, ...]:
        return tuple(self._make_row(one, listed, values) for one in enrolments)

    def _make_row(
        self, enrolment: Enrolment, listed: Sequence[ListedAssignment], values: dict[tuple[int, int], CellValues]
    ) -> StudentRow:
        user = enrolment.user
        url = url_for("progress.show_student", course_id=self._course.id, user_id=user.id) if self._with_links else ""
        return StudentRow(
            name=user.name,
            url=url,
            section=enrolment.section.name if enrolment.section else "",
            total=show_number(self._totals.get(user.id, Decimal(0))),
            cells=tuple(self._make_cell(one, user.id, user.name, values.get((user.id, one.id))) for one in listed),
        )


def _bars(totals: list[Decimal], most: Decimal, students: int) -> tuple[Bar, ...]:
    """Return how many students have which share of all points; nothing for a class too small for a picture."""
    if students < LEAST_FOR_CHART or most <= 0 or not totals:
        return ()
    counts = [0] * BIN_COUNT
    counts[0] = students - len(totals)
    for total in totals:
        counts[min(int(total * BIN_COUNT / most), BIN_COUNT - 1)] += 1
    width = 100 // BIN_COUNT
    return tuple(
        Bar(label=_("%(percent)s %%", percent=index * width), value=count) for index, count in enumerate(counts)
    )
