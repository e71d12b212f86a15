"""The forms of courses, assignments and exceptions."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from etude.features.courses.assignment_services import DISAGREES, AssignmentValues
from etude.features.courses.course_services import CopyValues, CourseValues
from etude.features.courses.fields import DayField, LocalTimeField, PointsField, WholeNumberField
from etude.features.courses.override_services import OverrideValues
from etude.forms import BaseForm
from etude.models.activity.publishing import Publishing
from etude.rules import After, NeededWith, NotBefore

CODE_CHARS, TITLE_CHARS, DESCRIPTION_CHARS, REASON_CHARS = 32, 120, 10_000, 500
MOST_ATTEMPTS = 1000
_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zone_choices() -> list[SelectChoice]:
    """Return the zones of the world that are named after a place, by name."""
    names = [name for name in sorted(available_timezones()) if name.partition("/")[0] in _REGIONS]
    return [SelectChoice(name, name.replace("_", " ")) for name in (*names, "UTC")]


class CourseForm(BaseForm):
    """What a course says of itself."""

    code = StringField(
        _("Code"),
        [InputRequired(_("Type a short code.")), Length(max=CODE_CHARS)],
        description=_("Short, as on the timetable: ICS3U-1. No other course of the school has it."),
    )
    title = StringField(_("Title"), [InputRequired(_("Type a title.")), Length(max=TITLE_CHARS)])
    description = TextAreaField(
        _("Description"),
        [Optional(), Length(max=DESCRIPTION_CHARS)],
        description=_("Shown at the top of the course’s page. Markdown may be used."),
    )
    locale = SelectField(
        _("Language of the activities"),
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
        description=_("Chooses statement, starter, tests and hints together, whatever the language of the pages."),
    )
    zone = SelectField(_("Time zone"), choices=zone_choices, description=_("Every date of the course is in this zone."))

    keeps_console_output = BooleanField(
        _("Keep what programs show in the console"),
        description=_(
            "For 30 days, the last 64 KB of each program that a student runs on the server, with what was typed into "
            "it. Students are told on the page of each activity."
        ),
    )

    def values(self) -> CourseValues:
        """Return what was typed."""
        return CourseValues(
            code=self.code.data.strip(),
            title=self.title.data.strip(),
            description=(self.description.data or "").strip(),
            locale=self.locale.data,
            zone=self.zone.data,
            keeps_console_output=self.keeps_console_output.data,
        )


class DuplicateForm(BaseForm):
    """The code of a copy, and what becomes of its dates."""

    code = StringField(_("Code of the new course"), [InputRequired(_("Type a short code.")), Length(max=CODE_CHARS)])
    title = StringField(_("Title"), [InputRequired(_("Type a title.")), Length(max=TITLE_CHARS)])
    dates = RadioField(
        _("Dates"),
        choices=[
            SelectChoice("clear", _("Leave all dates empty")),
            SelectChoice("shift", _("Move all dates by the same number of days")),
        ],
        default="clear",
    )
    first_day = DayField(
        _("First day of the new course"),
        [NeededWith("dates", "shift", _("Type the first day of the new course, for example 2027-02-01."))],
        description=_("The earliest date of the old course moves to this day, the others by as many days."),
    )

    def values(self) -> CopyValues:
        """Return what was typed."""
        return CopyValues(
            code=self.code.data.strip(),
            title=self.title.data.strip(),
            first_day=self.first_day.data if self.dates.data == "shift" else None,
        )


class DatedForm(BaseForm):
    """Opens, due, closes, in this order, on the clock of `zone`."""

    opens_at = LocalTimeField(_("Opens"), [Optional()])
    due_at = LocalTimeField(
        _("Due"), [Optional(), After("opens_at", _("It would be due before it opens."))], latest=True
    )
    closes_at = LocalTimeField(
        _("Closes"),
        [
            Optional(),
            After("opens_at", _("It would close before it opens.")),
            NotBefore("due_at", _("It would close before it is due.")),
        ],
        latest=True,
    )
    attempts = WholeNumberField(
        _("Attempts"), [Optional(), NumberRange(1, MOST_ATTEMPTS, _("Type a number from 1 to 1000, or nothing."))]
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:  # noqa: ANN401
        self.zone = zone  # before the fields are bound: they read it
        super().__init__(*args, **kwargs)


class AssignmentForm(DatedForm):
    """Dates, points, attempts and late rule of an assignment."""

    points = PointsField(
        _("Points"), [InputRequired(_("Type how many points it is worth."))], render_kw={"inputmode": "decimal"}
    )
    late_percent = WholeNumberField(
        _("Taken off per day late, in per cent"),
        [Optional(), NumberRange(0, 100, _("Type a number from 0 to 100."))],
        default=0,
    )
    late_floor_percent = WholeNumberField(
        _("At least this much is kept, in per cent"),
        [Optional(), NumberRange(0, 100, _("Type a number from 0 to 100."))],
        default=0,
    )
    is_visible = BooleanField(_("Students see it in the course"), default=True)

    def __init__(self, *args: Any, publishing: Publishing = Publishing.UNCHECKED, **kwargs: Any) -> None:  # noqa: ANN401
        self.publishing = publishing
        super().__init__(*args, **kwargs)

    def validate_is_visible(self, field: Field) -> None:
        """Refuse to show students an activity whose tests and solutions contradict each other."""
        if field.data and self.publishing is Publishing.DISAGREES:
            raise ValidationError(gettext(DISAGREES))

    def values(self) -> AssignmentValues:
        """Return what was typed."""
        return AssignmentValues(
            opens_at=self.opens_at.data,
            due_at=self.due_at.data,
            closes_at=self.closes_at.data,
            attempts=self.attempts.data,
            points=self.points.data or Decimal(0),
            late_percent=self.late_percent.data or 0,
            late_floor_percent=self.late_floor_percent.data or 0,
            is_visible=self.is_visible.data,
        )


class OverrideForm(DatedForm):
    """An exception: what is left empty stays as it is for everybody. `target` is “student-12” or “section-3”."""

    target = SelectField(_("For"), validate_choice=True)
    time_factor = SelectField(
        _("Time for programs"),
        choices=[
            SelectChoice("", _("As for everybody")),
            SelectChoice("1.25", _("One and a quarter times")),
            SelectChoice("1.5", _("One and a half times")),
            SelectChoice("2.0", _("Twice")),
            SelectChoice("3.0", _("Three times")),
        ],
        description=_("Multiplies the time limits that apply to this person’s work."),
    )
    reason = StringField(
        _("Reason"),
        [Optional(), Length(max=REASON_CHARS)],
        description=_("For the staff and the audit log; the student does not see it."),
    )

    def values(self) -> OverrideValues:
        """Return what was typed."""
        kind, _dash, number = self.target.data.partition("-")
        return OverrideValues(
            user_id=int(number) if kind == "student" else None,
            section_id=int(number) if kind == "section" else None,
            opens_at=self.opens_at.data,
            due_at=self.due_at.data,
            closes_at=self.closes_at.data,
            attempts=self.attempts.data,
            time_factor=float(self.time_factor.data) if self.time_factor.data else None,
            reason=(self.reason.data or "").strip(),
        )


class AddForm(BaseForm):
    """One activity of the library to place in the course."""

    activity_id = HiddenField(validators=[InputRequired()])

    def chosen_id(self) -> int | None:
        """Return the activity's id; None for what is no number."""
        text = self.activity_id.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class MoveForm(BaseForm):
    """One step up or down in the course's order."""

    direction = HiddenField(validators=[InputRequired()])

    @property
    def is_up(self) -> bool:
        """Tell whether the step is up."""
        return bool(self.direction.data == "up")


class ConfirmForm(BaseForm):
    """Nothing but the token that proves the page was ours."""
