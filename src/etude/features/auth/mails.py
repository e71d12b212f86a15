"""The e-mails of this feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from etude.web.mails import Mail, compose

if TYPE_CHECKING:
    from etude.models import User


def reset_password(user: User, address: str) -> Mail:
    """Return the e-mail with a link to choose a new password; the account must have an e-mail address."""
    asked = _(
        "somebody, probably you, asked for a new password for your account in Étude.\nChoose it here within an hour:"
    )
    once = _("The link works once. If you did not ask for it, do nothing: your password stays as it is.")
    return compose(user, subject=_("choose a new password"), paragraphs=(asked, address, once))
