"""The e-mails of this feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from etude.web.i18n import translate
from etude.web.mails import Mail, compose

if TYPE_CHECKING:
    from etude.core.errors import EtudeError
    from etude.models import User


class _Told:
    """A sentence that is put into the reader's language when it is written."""

    def __init__(self, error: EtudeError) -> None:
        self._error = error

    def __str__(self) -> str:
        return translate(self._error.sentence, self._error.values)


def unsent(user: User, error: EtudeError) -> Mail:
    """Return the e-mail to an admin when a backup could not be sent to the other place."""
    again = _("It is tried again every half hour. School → Health says why until it succeeds.")
    return compose(user, subject=_("a backup was not sent"), paragraphs=(_Told(error), again))
