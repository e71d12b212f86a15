"""The e-mails of this feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from etude.web.mails import Mail, compose

if TYPE_CHECKING:
    from etude.models import User


def invitation(user: User, address: str) -> Mail:
    """Return the e-mail that invites a person to choose a password; the account must have an e-mail address."""
    made = _(
        "an account in Étude, the classroom of your school, was made for you. Your user name is %(login)s.\n"
        "Choose your password here within seven days:",
        login=user.login,
    )
    return compose(user, subject=_("your account in Étude"), paragraphs=(made, address, _("The link works once.")))


def reset(user: User, address: str) -> Mail:
    """Return the e-mail with the link that an admin made; the account must have an e-mail address."""
    made = _(
        "the admin of your school made this link for you to choose a new password for your account in Étude.\n"
        "It works once, within 24 hours:"
    )
    return compose(user, subject=_("choose a new password"), paragraphs=(made, address))
