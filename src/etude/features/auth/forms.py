"""The forms of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from etude.features.auth.account_services import Profile
from etude.forms import BaseForm
from etude.models.user import passwords
from etude.web.password_fields import NewPasswordForm
from etude.web.person_fields import LOGIN_KEYS, MAX_NAME_CHARS, PersonFields, tidy
from etude.web.school_fields import LOCALE_CHOICES, SchoolFields, zone_choices

if TYPE_CHECKING:
    from etude.models import User

MAX_LOGIN_CHARS = 254
CODE_KEYS = {"inputmode": "text", "autocomplete": "one-time-code", **LOGIN_KEYS}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What a form says of a new account."""

    given_name: str
    family_name: str
    login: str
    email: str
    password: str


class SignInForm(BaseForm):
    """User name or e-mail, and password."""

    login = StringField(
        _("User name or e-mail address"),
        [InputRequired(_("Type your user name.")), Length(max=MAX_LOGIN_CHARS)],
        filters=[tidy],
        render_kw={"autocomplete": "username", **LOGIN_KEYS},
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Type your password.")), Length(max=passwords.MAX_CHARS)],
        render_kw={"autocomplete": "current-password"},
    )


class CreateAdminForm(PersonFields, NewPasswordForm, SchoolFields):
    """The first admin's account, and the school."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, shortest=passwords.MIN_CHARS_STAFF, **kwargs)
        given, family = self.given_name.data or "", self.family_name.data or ""
        self.words = (self.login.data or "", given, family, given + family)

    def person(self) -> NewPerson:
        """Return what was typed of the person."""
        return NewPerson(
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            login=self.login.data,
            email=self.email.data or "",
            password=self.password.data,
        )


class ChangePasswordForm(NewPasswordForm):
    """A new password, after the present one."""

    present = PasswordField(
        _("Present password"),
        [InputRequired(_("Type your present password.")), Length(max=passwords.MAX_CHARS)],
        render_kw={"autocomplete": "current-password"},
    )

    def __init__(self, *args: Any, asks_present: bool, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if not asks_present:
            del self.present


class ProfileForm(BaseForm):
    """Language, theme, zone and, for staff, the name shown. A student's name is the roster's."""

    given_name = StringField(
        _("First name"), [InputRequired(_("Type the first name.")), Length(max=MAX_NAME_CHARS)], filters=[tidy]
    )
    family_name = StringField(
        _("Family name"), [InputRequired(_("Type the family name.")), Length(max=MAX_NAME_CHARS)], filters=[tidy]
    )
    locale = SelectField(_("Language"), choices=[SelectChoice("", _("As the school has it")), *LOCALE_CHOICES])
    theme = SelectField(
        _("Colours"),
        choices=[
            SelectChoice("", _("As this device has it")),
            SelectChoice("light", _("Light")),
            SelectChoice("dark", _("Dark")),
        ],
    )
    zone = SelectField(_("Time zone"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:  # noqa: ANN401
        names = ("given_name", "family_name", "locale", "theme", "zone")
        super().__init__(*args, data={name: getattr(user, name) for name in names}, **kwargs)
        self.zone.choices = [SelectChoice("", _("As the school has it")), *zone_choices()]
        if not user.is_staff:
            del self.given_name
            del self.family_name

    def profile(self) -> Profile:
        """Return what was chosen."""
        has_names = "given_name" in self
        return Profile(
            locale=self.locale.data,
            theme=self.theme.data,
            zone=self.zone.data,
            given_name=self.given_name.data if has_names else "",
            family_name=self.family_name.data if has_names else "",
        )


class CodeForm(BaseForm):
    """The second factor."""

    code = StringField(
        _("Code"),
        [InputRequired(_("Type the code.")), Length(max=24)],
        filters=[tidy],
        description=_("Six digits from your app, or one of your recovery codes."),
        render_kw=CODE_KEYS,
    )


class EnableSecondFactorForm(BaseForm):
    """The proof that the app has read the QR code; `setup` carries the secret, signed and bound to the person."""

    setup = HiddenField(validators=[InputRequired()])
    code = StringField(
        _("Code that the app shows"),
        [InputRequired(_("Type the six digits that the app shows.")), Length(max=12)],
        filters=[tidy],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class PresentPasswordForm(BaseForm):
    """The present password, before something that weakens or opens the account."""

    present = PasswordField(
        _("Present password"),
        [InputRequired(_("Type your present password.")), Length(max=passwords.MAX_CHARS)],
        render_kw={"autocomplete": "current-password"},
    )


class ForgotPasswordForm(BaseForm):
    """Whose password is forgotten."""

    login = StringField(
        _("User name or e-mail address"),
        [InputRequired(_("Type your user name or your e-mail address.")), Length(max=MAX_LOGIN_CHARS)],
        filters=[tidy],
        render_kw={"autocomplete": "username", **LOGIN_KEYS},
    )


class EmptyForm(BaseForm):
    """Only the token that proves that the page was ours."""

    next = HiddenField(validators=[Optional()])
