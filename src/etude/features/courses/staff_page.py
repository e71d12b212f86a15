"""The course page of the staff: every assignment with its rules and how far the class is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from etude.extensions import db
from etude.features.courses import words
from etude.features.courses.course_page import work_url
from etude.models import Enrolment, Override, Progress
from etude.models.activity.listing import get_listed
from etude.models.activity.rules import Window
from etude.models.progress import ProgressState
from etude.web import i18n

if TYPE_CHECKING:
    from datetime import datetime

    from etude.models import Course
    from etude.models.activity.listing import ListedAssignment


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """One assignment as the staff see it. `dates` are the sentences on opens, due and closes that apply."""

    id: int
    url: str
    title: str
    kind: str
    points_text: str
    dates: tuple[str, ...]
    rules: tuple[str, ...]
    window_label: str
    window_tone: str
    is_visible: bool
    is_first: bool
    is_last: bool
    completed: int
    to_review: int
    started: int
    overrides: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage:
    """What the staff see of a course."""

    rows: tuple[StaffRow, ...]
    students: int


def get_staff_page(course: Course, section_id: int | None, at: datetime) -> StaffPage:
    """Return the course's assignments with the counts of all students, or of the one section a helper is bound to."""
    listed = get_listed(db.session, course.id)
    counts = Progress.count_states(db.session, course.id, section_id=section_id)
    overrides = Override.count_by_assignment(db.session, course.id)
    students = Enrolment.count_students(db.session, course.id, section_id=section_id)
    describe = _RowMaker(course, at, counts, overrides)
    rows = tuple(describe(one, is_first=one is listed[0], is_last=one is listed[-1]) for one in listed)
    return StaffPage(rows=rows, students=students)


class _RowMaker:
    """Makes the rows of one course for one reader."""

    def __init__(
        self, course: Course, at: datetime, counts: dict[tuple[int, ProgressState], int], overrides: dict[int, int]
    ) -> None:
        self._course = course
        self._at = at
        self._counts = counts
        self._overrides = overrides
        self._locale = i18n.choose_locale()
        self._url = work_url()
        self._dates = words.dates_for_reader(course.zone)

    def __call__(self, one: ListedAssignment, *, is_first: bool, is_last: bool) -> StaffRow:
        label, tone = self._window(one)
        return StaffRow(
            id=one.id,
            url=f"{self._url}{one.id}",
            title=one.title(self._course.locale),
            kind=words.kind_label(one.kind, self._locale),
            points_text=words.number_text(one.points, self._locale),
            dates=date_sentences(one, self._dates),
            rules=rule_sentences(one),
            window_label=label,
            window_tone=tone,
            is_visible=one.is_visible,
            is_first=is_first,
            is_last=is_last,
            completed=self._counts.get((one.id, ProgressState.COMPLETED), 0),
            to_review=self._counts.get((one.id, ProgressState.TO_REVIEW), 0),
            started=self._counts.get((one.id, ProgressState.STARTED), 0),
            overrides=self._overrides.get(one.id, 0),
        )

    def _window(self, one: ListedAssignment) -> tuple[str, str]:
        window = Window.CLOSED if self._course.is_archived else one.rules.state_at(self._at)
        return {
            Window.NOT_OPEN: (_("not open yet"), ""),
            Window.OPEN: (_("open"), "good"),
            Window.LATE: (_("late"), "gold"),
            Window.CLOSED: (_("closed"), "bad"),
        }[window]


def date_sentences(one: ListedAssignment, show: words.DateWords) -> tuple[str, ...]:
    """Return what is dated of an assignment, in words."""
    sentences = []
    if one.opens_at:
        sentences.append(_("opens %(date)s", date=show(one.opens_at)))
    if one.due_at:
        sentences.append(_("due %(date)s", date=show(one.due_at)))
    if one.closes_at:
        sentences.append(_("closes %(date)s", date=show(one.closes_at)))
    return tuple(sentences)


def rule_sentences(one: ListedAssignment) -> tuple[str, ...]:
    """Return what limits an assignment besides dates, in words."""
    sentences = []
    if one.attempts is not None:
        sentences.append(ngettext("%(num)s attempt", "%(num)s attempts", one.attempts))
    if one.late_percent:
        sentences.append(_("%(percent)s %% off per day late", percent=one.late_percent))
    return tuple(sentences)
