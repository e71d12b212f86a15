"""The exceptions of an assignment as its teacher sees them: what each replaces, and what the student will see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from etude.extensions import db
from etude.features.courses import words
from etude.features.courses.forms import OverrideForm
from etude.models import Enrolment, Override, Section
from etude.models.activity.rules import effective
from etude.models.course import CourseRole
from etude.web import i18n

if TYPE_CHECKING:
    from datetime import datetime

    from etude.models import Assignment, Course
    from etude.models.activity.rules import Rules

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRow:
    """One exception: for whom, and the sentence on what holds for them."""

    id: int
    target: str
    will_see: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverridePage:
    """A page of an assignment's exceptions; pages count from 1."""

    rows: tuple[OverrideRow, ...]
    page: int
    has_more: bool


def get_override_page(course: Course, assignment: Assignment, page: int, at: datetime) -> OverridePage:
    """Return a page of exceptions, those of sections first."""
    page = max(page, 1)
    offset = (page - 1) * PAGE_SIZE
    found = Override.get_page(db.session, assignment.id, offset=offset, limit=PAGE_SIZE + 1)
    by_user = _section_rules(course.id, assignment.id, [one.user_id for one in found if one.user_id is not None])
    rows = tuple(
        OverrideRow(
            id=one.id,
            target=target_name(one),
            will_see=will_see(effective(assignment, [*by_user.get(one.user_id or 0, ()), one]), course, at),
            reason=one.reason,
        )
        for one in found[:PAGE_SIZE]
    )
    return OverridePage(rows=rows, page=page, has_more=len(found) > PAGE_SIZE)


def _section_rules(course_id: int, assignment_id: int, user_ids: list[int]) -> dict[int, list[Override]]:
    """Return the section's exception that reaches each of these students besides their own."""
    if not user_ids:
        return {}
    return Override.get_of_sections(db.session, assignment_id, course_id, user_ids)


def target_name(override: Override) -> str:
    """Return whom an exception is for; user and section must be loaded."""
    if override.section is not None:
        return str(_("Section %(name)s", name=override.section.name))
    return override.user.name if override.user is not None else "–"


def will_see(rules: Rules, course: Course, at: datetime) -> str:
    """Return what a student with these rules is told of dates and attempts at a time."""
    show = words.dates_for_reader(course.zone)
    parts = [
        _("opens %(date)s", date=show(rules.opens_at)) if rules.opens_at and at < rules.opens_at else "",
        _("due %(date)s", date=show(rules.due_at)) if rules.due_at else _("no due date"),
        _("closes %(date)s", date=show(rules.closes_at)) if rules.closes_at else _("does not close"),
        ngettext("%(num)s attempt", "%(num)s attempts", rules.attempts)
        if rules.attempts
        else _("any number of attempts"),
        _("time × %(factor)s", factor=words.factor_text(rules.time_factor, i18n.choose_locale()))
        if rules.time_factor != 1
        else "",
    ]
    return " · ".join(part for part in parts if part)


def target_choices(course_id: int) -> list[SelectChoice]:
    """Return sections, then students, as the form's choices."""
    sections = Section.get_for_course(db.session, course_id)
    members = Enrolment.get_members(db.session, course_id, students_only=True)
    return [SelectChoice(f"section-{one.id}", _("Section %(name)s", name=one.name)) for one in sections] + [
        SelectChoice(f"student-{one.user_id}", one.user.name) for one in members if one.role is CourseRole.STUDENT
    ]


def fill_form(override: Override, course: Course) -> OverrideForm:
    """Return the form of an exception that exists; it stays for whom it is."""
    chosen = f"section-{override.section_id}" if override.section_id else f"student-{override.user_id}"
    factor = str(override.time_factor) if override.time_factor else ""
    form = OverrideForm(obj=override, zone=course.zone, target=chosen)
    form.target.choices = [SelectChoice(chosen, target_name(override))]
    if not form.is_submitted():
        form.target.data, form.time_factor.data = chosen, factor
    return form
