"""The list of courses: cards with what is done of each, in a number of queries that does not grow with the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from etude.extensions import db
from etude.features.courses import stave
from etude.models import Assignment, Course, Enrolment, Progress, User
from etude.models.course import CourseRole
from etude.models.progress import ProgressState

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE_SIZE = 24
MOST_NOTES = stave.MOST_PER_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One course. `states` are those of its notes, empty for staff and for series too long for one stave."""

    url: str
    code: str
    title: str
    summary: str
    role_label: str
    is_archived: bool
    row: stave.Row | None
    states: tuple[str, ...]
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseList:
    """A page of courses; pages count from 1."""

    cards: tuple[Card, ...]
    page: int
    page_count: int


def get_course_list(user: User, page: int) -> CourseList:
    """Return a page of the courses a person is enrolled in, or of all for an admin."""
    total = Course.count_for_user(db.session, None if user.is_admin else user.id)
    page_count = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), page_count)
    found = _get_page(user, (page - 1) * PAGE_SIZE)
    ids = [course.id for course, _role in found]
    assignment_ids = Assignment.get_visible_ids(db.session, ids)
    states = Progress.get_states(db.session, user.id, ids)
    students = Enrolment.count_students_of(db.session, ids)
    cards = tuple(
        _student_card(course, assignment_ids.get(course.id, []), states.get(course.id, {}))
        if role is CourseRole.STUDENT
        else _staff_card(course, role, len(assignment_ids.get(course.id, [])), students.get(course.id, 0))
        for course, role in found
    )
    return CourseList(cards=cards, page=page, page_count=page_count)


def _get_page(user: User, offset: int) -> Sequence[tuple[Course, CourseRole | None]]:
    if user.is_admin:
        return [(course, None) for course in Course.get_page(db.session, offset=offset, limit=PAGE_SIZE)]
    return Course.get_for_user(db.session, user.id, offset=offset, limit=PAGE_SIZE)


def role_label(role: CourseRole | None) -> str:
    """Return the word for what a person is in a course; None is an admin, who needs none."""
    labels = {
        CourseRole.TEACHER: _("teacher"),
        CourseRole.ASSISTANT: _("assistant"),
        CourseRole.OBSERVER: _("observer"),
        CourseRole.STUDENT: _("student"),
    }
    return labels[role] if role is not None else ""


def _student_card(course: Course, assignment_ids: Sequence[int], states: dict[int, ProgressState]) -> Card:
    total = len(assignment_ids)
    notes = tuple(states.get(one, ProgressState.NOT_STARTED).value for one in assignment_ids)
    done = sum(note == ProgressState.COMPLETED for note in notes)
    fits = 0 < total <= MOST_NOTES
    summary = ngettext(
        "%(done)s of %(num)s activity completed", "%(done)s of %(num)s activities completed", total, done=done
    )
    return Card(
        url=url_for("courses.show_course", course_id=course.id),
        code=course.code,
        title=course.title,
        summary=summary,
        role_label="",
        is_archived=course.is_archived,
        row=stave.lay_out(total)[0] if fits else None,
        states=notes if fits else (),
        done=done,
        total=total,
    )


def _staff_card(course: Course, role: CourseRole | None, assignments: int, students: int) -> Card:
    counts = (
        ngettext("%(num)s activity", "%(num)s activities", assignments),
        ngettext("%(num)s student", "%(num)s students", students),
    )
    return Card(
        url=url_for("courses.show_course", course_id=course.id),
        code=course.code,
        title=course.title,
        summary=" · ".join(counts),
        role_label=role_label(role),
        is_archived=course.is_archived,
        row=None,
        states=(),
        done=0,
        total=0,
    )
