"""The forms of the roster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from etude.features.roster import reading
from etude.features.roster.planning import NEW, Fate
from etude.features.roster.reading import Order
from etude.forms import BaseForm
from etude.models.course import CourseRole
from etude.web.password_fields import NewPasswordForm
from etude.web.person_fields import LOGIN_KEYS, MAX_NAME_CHARS, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from etude.features.roster.planning import Plan
    from etude.models import Enrolment, Section

MAX_TEXT_CHARS = 200_000
MAX_FILE_BYTES = 1 << 20
CLAIM_MINUTES = (10, 20, 45, 90, 240)
NO_SECTION = "0"
ORDERS = [
    SelectChoice(Order.GIVEN_FIRST.value, _("Emma Tremblay")),
    SelectChoice(Order.FAMILY_FIRST.value, _("Tremblay Emma")),
]


def role_label(role: CourseRole) -> str:
    """Return a course role's name for people."""
    labels = {
        CourseRole.STUDENT: gettext("student"),
        CourseRole.ASSISTANT: gettext("assistant"),
        CourseRole.OBSERVER: gettext("observer"),
        CourseRole.TEACHER: gettext("teacher"),
    }
    return str(labels[role])


def _role_choices() -> list[SelectChoice]:
    return [SelectChoice(role.value, role_label(role).capitalize()) for role in reversed(CourseRole)]


class MultiCheckboxField(SelectMultipleField):  # type: ignore[misc]
    """Several choices as boxes, which need no key to be held."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class ImportForm(BaseForm):
    """A pasted list of names, or a file."""

    text = TextAreaField(
        _("Names, one a line"),
        [Optional(), Length(max=MAX_TEXT_CHARS)],
        description=_(
            "“Emma Tremblay”, “Tremblay, Emma”, or columns copied from a spreadsheet, with headers if you like."
        ),
        render_kw={"rows": 12, "spellcheck": "false", "autocomplete": "off"},
    )
    file = FileField(_("Or a file (CSV or text)"), render_kw={"accept": ".csv,.txt,.tsv,text/csv,text/plain"})
    order = RadioField(_("Where a line does not tell, names are written like"), choices=ORDERS, default=ORDERS[0].value)
    section = StringField(
        _("Section for names without one"),
        [Optional(), Length(max=reading.MAX_SECTION_CHARS)],
        filters=[tidy],
        description=_("It is made if it does not exist, for example “A”."),
    )

    def names_text(self) -> str:
        """Return what was pasted, or the text of the file; at the field that is wrong an error is left."""
        if (self.text.data or "").strip():
            return str(self.text.data)
        data = b""
        if self.file.data:
            with self.file.data.stream as stream:
                data = stream.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            self.file.errors = [gettext("This file is larger than 1 MB. A list of names is smaller.")]
            return ""
        if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            self.file.errors = [
                gettext("This is a spreadsheet. Save it as CSV, or copy its columns and paste them above.")
            ]
            return ""
        text = reading.decode(data)
        if not text.strip():
            self.text.errors = [gettext("Paste at least one name, or choose a file.")]
            return ""
        return text


class ConfirmImportForm(BaseForm):
    """The names once more, what was shown of them, and for known names which account is meant."""

    text = HiddenField(validators=[InputRequired(), Length(max=MAX_TEXT_CHARS)])
    order = HiddenField(validators=[InputRequired()])
    section = HiddenField()
    digest = HiddenField(validators=[InputRequired(), Length(max=64)])

    def order_value(self) -> Order:
        """Return the order of names that was chosen."""
        return Order.FAMILY_FIRST if self.order.data == Order.FAMILY_FIRST.value else Order.GIVEN_FIRST

    def choices(self) -> dict[int, str]:
        """Return which account was chosen, by line."""
        return {int(name[7:]): str(field.data) for name, field in self._fields.items() if name.startswith("choice_")}


def confirm_form(plan: Plan, **values: Any) -> ConfirmImportForm:  # noqa: ANN401
    """Return the form that confirms a plan, with a choice for each name that the school knows."""
    fields: dict[str, Any] = {}
    for name in plan.having(Fate.KNOWN):
        same = [
            SelectChoice(str(user_id), gettext("The account %(login)s: the same person", login=login))
            for user_id, login in name.known
        ]
        new = SelectChoice(NEW, gettext("A new account, %(login)s: somebody else of the same name", login=name.login))
        whole = f"{name.line.given_name} {name.line.family_name}".strip()
        fields[f"choice_{name.line.number}"] = RadioField(
            gettext("Who is %(name)s?", name=whole), choices=[*same, new], default=name.choice
        )
    form = type("ConfirmImportFormOfPlan", (ConfirmImportForm,), fields)(**values)
    assert isinstance(form, ConfirmImportForm)
    return form


class EmptyForm(BaseForm):
    """Only the token that proves that the page was ours."""


class OpenClaimsForm(BaseForm):
    """For how long names may be claimed."""

    minutes = SelectField(_("Open for"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.minutes.choices = [SelectChoice(n, gettext("%(count)s minutes", count=n)) for n in CLAIM_MINUTES]


class EpochForm(BaseForm):
    """A new password for one student; `epoch` tells whether somebody, or the back button, was faster."""

    epoch = IntegerField(validators=[InputRequired(), NumberRange(min=0)], widget=widgets.HiddenInput())


class CardsForm(BaseForm):
    """Who gets a card. The value of each box is `id:epoch`: what was made already is not made again by a reload."""

    students = MultiCheckboxField(
        _("Cards for"), [InputRequired(_("Choose at least one student."))], validate_choice=True
    )

    def __init__(self, *args: Any, members: Sequence[Enrolment], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.students.choices = [SelectChoice(card_key(member), _card_label(member)) for member in members]
        if not self.is_submitted():
            self.students.data = [card_key(m) for m in members if m.user.password_hash is None]

    def enrolment_ids(self) -> list[int]:
        """Return who was chosen."""
        return [int(key.partition(":")[0]) for key in self.students.data or []]


def card_key(member: Enrolment) -> str:
    """Return the value of a student's box: it changes with every password."""
    return f"{member.id}:{member.user.session_epoch}"


def _card_label(member: Enrolment) -> str:
    section = f" ({member.section.name})" if member.section else ""
    return f"{member.user.family_name}, {member.user.given_name}{section} – {member.user.login}"


def _section_choices(sections: Iterable[Section]) -> list[SelectChoice]:
    return [
        SelectChoice(NO_SECTION, gettext("No section")),
        *(SelectChoice(str(section.id), section.name) for section in sections),
    ]


class SectionChoiceForm(BaseForm):
    """A form with a section of the course."""

    section = SelectField(_("Section"))

    def __init__(self, *args: Any, sections: Sequence[Section], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.section.choices = _section_choices(sections)

    def section_id(self) -> int | None:
        """Return the section that was chosen; None is none."""
        return int(self.section.data) or None


class AddStudentForm(SectionChoiceForm):
    """One new student."""

    given_name = StringField(_("First name"), [Optional(), Length(max=MAX_NAME_CHARS)], filters=[tidy])
    family_name = StringField(
        _("Family name"), [InputRequired(_("Type the family name.")), Length(max=MAX_NAME_CHARS)], filters=[tidy]
    )


class AddMemberForm(SectionChoiceForm):
    """Somebody who has an account already."""

    login = StringField(
        _("User name"),
        [InputRequired(_("Type the user name.")), Length(max=254)],
        filters=[tidy],
        render_kw={"autocomplete": "off", **LOGIN_KEYS},
    )
    role = SelectField(_("Role"), choices=_role_choices)


class MemberForm(SectionChoiceForm):
    """Role and section of somebody in the course."""

    role = SelectField(_("Role"), choices=_role_choices)


class ClassCodeForm(BaseForm):
    """The six letters on the board."""

    code = StringField(
        _("Class code"),
        [InputRequired(_("Type the six letters that your teacher shows.")), Length(max=20)],
        filters=[tidy],
        render_kw={"autocomplete": "off", "class": "class-code", **LOGIN_KEYS, "autocapitalize": "characters"},
    )


class ClaimForm(NewPasswordForm):
    """The password of a name that is being claimed."""
