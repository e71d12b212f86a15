"""The sentences by which somebody is not let in, the same on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from etude.features.auth.account_services import Check
from etude.features.auth.services import Refusal
from etude.web.templating import show_time

if TYPE_CHECKING:
    from datetime import datetime

    from etude.forms import BaseForm


def lock_sentence(locked_until: datetime | None) -> str:
    """Return what a locked person is told; empty when there is no lock."""
    if locked_until is None:
        return ""
    return str(
        _(
            "Too many wrong tries. You can try again at %(time)s; your teacher can unlock the account at once.",
            time=show_time(locked_until),
        )
    )


def code_sentence(refusal: Refusal) -> str:
    """Return what somebody is told whose code was not taken."""
    if refusal is Refusal.UNREADABLE:
        return str(
            _(
                "This school was restored from a backup without its key, so the codes of your phone cannot be checked. "
                "Type one of your recovery codes, or ask the admin to remove your second step."
            )
        )
    return str(_("This code is not right, or it was used already. Wait for the next one."))


def show_check(form: BaseForm, checked: Check) -> None:
    """Put what is wrong with the present password at its field."""
    sentence = (
        _("Too many wrong tries. Wait a few minutes, or sign out and ask your teacher.")
        if checked is Check.LOCKED
        else _("This is not your present password.")
    )
    form["present"].errors = [sentence]
