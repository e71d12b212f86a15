"""The form of the page that shows every component; it is never sent."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length

from etude.forms import BaseForm


class ShowcaseForm(BaseForm):
    """One field of each kind."""

    name = StringField(
        _("Name"), [InputRequired(_("Type a name.")), Length(min=2, max=80)], description=_("As it is said in class.")
    )
    email = EmailField(_("E-mail"), [Email(_("Type a whole address, for example ada@example.org."))])
    password = PasswordField(
        _("Password"), [InputRequired(_("Choose a password.")), Length(min=8)], render_kw={"autocomplete": "off"}
    )
    role = SelectField(
        _("Role"), choices=[SelectChoice("student", _("Student")), SelectChoice("teacher", _("Teacher"))]
    )
    groups = RadioField(
        _("Section"),
        [InputRequired(_("Choose a section."))],
        choices=[SelectChoice("a", _("Section A")), SelectChoice("b", _("Section B"))],
    )
    note = TextAreaField(_("Note"), [Length(max=200)])
    agree = BooleanField(_("The class may see my name"))
