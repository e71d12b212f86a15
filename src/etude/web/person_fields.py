"""The fields by which a person is described: names, user name, e-mail address; and how typed text is tidied."""

from __future__ import annotations

import unicodedata

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import Email, InputRequired, Length, Optional, Regexp

from etude.forms import BaseForm

LOGIN_PATTERN = r"^[^\s@\/\\]{2,64}$"
"""The slash is escaped for browsers: they read patterns with the `v` flag."""
MAX_NAME_CHARS = 80
LOGIN_KEYS = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}


def tidy(text: str | None) -> str:
    """Return typed text in one Unicode form, without spaces around and with single spaces inside."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


class PersonFields(BaseForm):
    """Names, user name and, optionally, an e-mail address."""

    given_name = StringField(
        _("First name"),
        [InputRequired(_("Type the first name.")), Length(max=MAX_NAME_CHARS)],
        filters=[tidy],
        render_kw={"autocomplete": "given-name"},
    )
    family_name = StringField(
        _("Family name"),
        [InputRequired(_("Type the family name.")), Length(max=MAX_NAME_CHARS)],
        filters=[tidy],
        render_kw={"autocomplete": "family-name"},
    )
    login = StringField(
        _("User name"),
        [
            InputRequired(_("Choose a user name.")),
            Regexp(LOGIN_PATTERN, message=_("A user name has 2 to 64 characters, no space, no @ and no slash.")),
        ],
        filters=[tidy],
        description=_("For signing in. Accents and capitals do not matter."),
        render_kw={"autocomplete": "username", **LOGIN_KEYS},
    )
    email = StringField(
        _("E-mail address"),
        [Optional(), Length(max=254), Email(_("This is not an e-mail address."))],
        filters=[tidy],
        render_kw={"type": "email", "autocomplete": "email"},
    )
