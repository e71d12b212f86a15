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


def invitation(user: User, address: str) -> Mail:
    """Return the e-mail that invites a person to choose a password; the account must have an e-mail address."""
    school = school_values()
    with force_locale(user.locale or school.get("locale", "en")):
        subject = _("%(school)s: your account in Étude", school=school.get("name") or "Étude")
        text = _(
            "Hello %(name)s,\n\n"
            "an account in Étude, the classroom of your school, was made for you. Your user name is %(login)s.\n"
            "Choose your password here within seven days:\n\n"
            "%(address)s\n\n"
            "The link works once.\n",
            name=user.name,
            login=user.login,
            address=address,
        )
    assert user.email is not None
    return Mail(user.email, subject, text)


def reset(user: User, address: str) -> Mail:
    """Return the e-mail with the link that an admin made; the account must have an e-mail address."""
    school = school_values()
    with force_locale(user.locale or school.get("locale", "en")):
        subject = _("%(school)s: choose a new password", school=school.get("name") or "Étude")
        text = _(
            "Hello %(name)s,\n\n"
            "the admin of your school made this link for you to choose a new password for your account in Étude.\n"
            "It works once, within 24 hours:\n\n"
            "%(address)s\n",
            name=user.name,
            address=address,
        )
    assert user.email is not None
    return Mail(user.email, subject, text)
