"""The text of the e-mails of this feature, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import force_locale
from flask_babel import gettext as _

from etude.web.i18n import school_values

if TYPE_CHECKING:
    from etude.models import User


@dataclass(frozen=True, slots=True)
class Mail:
    """One message."""

    to: str
    subject: str
    text: str


def reset_password(user: User, address: str) -> Mail:
    """Return the e-mail with a link to choose a new password; the account must have an e-mail address."""
    school = school_values()
    with force_locale(user.locale or school.get("locale", "en")):
        subject = _("%(school)s: choose a new password", school=school.get("name") or "Étude")
        text = _(
            "Hello %(name)s,\n\n"
            "Somebody, probably you, asked for a new password for your account in Étude.\n"
            "Choose it here within an hour:\n\n"
            "%(address)s\n\n"
            "The link works once. If you did not ask for it, do nothing: your password stays as it is.\n",
            name=user.name,
            address=address,
        )
    assert user.email is not None
    return Mail(user.email, subject, text)
