"""The forms of accounts."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from wtforms import Field, PasswordField, StringField
from wtforms.validators import Email, EqualTo, InputRequired, Length, Optional, Regexp, ValidationError

from etude.features.auth import passwords
from etude.forms import BaseForm

LOGIN_PATTERN = r"^[^\s@/\\]{2,64}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What a form says of a new account."""

    given_name: str
    family_name: str
    login: str
    email: str
    password: str


def refuse_common(_form: object, field: Field) -> None:
    """Refuse a password that everybody tries first."""
    if (field.data or "").strip().casefold() in passwords.common_passwords():
        raise ValidationError(_("This password is one of those that everybody tries first. Choose another one."))


class SignInForm(BaseForm):
    """User name or e-mail, and password."""

    login = StringField(
        _("User name or e-mail address"),
        [InputRequired(_("Type your user name.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Type your password.")), Length(max=passwords.MAX_CHARS)],
        render_kw={"autocomplete": "current-password"},
    )


class CreateAdminForm(BaseForm):
    """The first admin's account."""

    given_name = StringField(_("First name"), [InputRequired(_("Type your first name.")), Length(max=80)])
    family_name = StringField(_("Family name"), [InputRequired(_("Type your family name.")), Length(max=80)])
    login = StringField(
        _("User name"),
        [
            InputRequired(_("Choose a user name.")),
            Regexp(LOGIN_PATTERN, message=_("A user name has 2 to 64 characters, no space, no @ and no slash.")),
        ],
        description=_("You sign in with it. Accents and capitals do not matter."),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    email = StringField(
        _("E-mail address (optional)"),
        [Optional(), Length(max=254), Email(_("This is not an e-mail address."))],
        render_kw={"type": "email", "autocomplete": "email"},
    )
    password = PasswordField(
        _("Password"),
        [
            InputRequired(_("Choose a password.")),
            Length(
                min=passwords.MIN_CHARS_STAFF,
                max=passwords.MAX_CHARS,
                message=_("A password of a teacher or an admin has at least 10 characters."),
            ),
            refuse_common,
        ],
        description=_("At least 10 characters; a sentence is easiest to remember."),
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        _("Password, once more"),
        [
            InputRequired(_("Type the password once more.")),
            EqualTo("password", _("The two passwords are not the same.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )

    def person(self) -> NewPerson:
        """Return what was typed."""
        return NewPerson(
            given_name=self.given_name.data.strip(),
            family_name=self.family_name.data.strip(),
            login=self.login.data.strip(),
            email=(self.email.data or "").strip(),
            password=self.password.data,
        )
