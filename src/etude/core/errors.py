"""What the product says no with: one hierarchy, turned into pages or JSON by `app.py` alone.

Their sentences are marked (`etude.marked`). Two places translate, and nothing else does: `terminal.py` for the
terminal and `web/i18n.py` for the pages.
"""

from __future__ import annotations

from etude.marked import Marked as Marked
from etude.marked import Notice as Notice
from etude.marked import _ as _
from etude.marked import fill as fill
from etude.marked import filled as filled


class EtudeError(Exception):
    """A refusal with a sentence for the person who asked.

    Attributes:
        sentence: English message, a key of the translation catalogue, with `%(name)s` places.
        values: what fills the places.
        status: the HTTP status of the answer.
    """

    status = 400
    default = _("This could not be done.")

    def __init__(self, sentence: str | None = None, **values: object) -> None:
        self.sentence = sentence or self.default
        self.values = values
        super().__init__(self.sentence % values if values else self.sentence)


class NotSignedIn(EtudeError):
    """The request needs an account and carries none (401)."""

    status = 401
    default = _("You are signed out. Sign in to go on.")


class NotAllowed(EtudeError):
    """The person is known and may not do this (403)."""

    status = 403
    default = _("Your account may not do this.")


class NotFound(EtudeError):
    """The thing does not exist, or not for this person: the two are not told apart (404)."""

    status = 404
    default = _("This page does not exist, or it is not open to you.")


class Conflict(EtudeError):
    """Somebody else, or another tab, was faster (409)."""

    status = 409
    default = _("This was changed in the meantime. Reload the page to see how it stands.")


class Gone(EtudeError):
    """It existed and has ended, e.g. a one-time link that was used (410)."""

    status = 410
    default = _("This link was used already, or it is too old.")


class TooLarge(EtudeError):
    """The body or a file is over its cap (413)."""

    status = 413
    default = _("This is too large to be sent.")


class Refused(EtudeError):
    """What was sent breaks a rule, e.g. a hand-in after the closing time (422)."""

    status = 422


class TooMany(EtudeError):
    """Too many requests in too short a time (429)."""

    status = 429
    default = _("Too many tries in a short time. Wait a minute, then try again.")


class Unavailable(EtudeError):
    """The machine cannot do it now, e.g. the disk is full (503)."""

    status = 503
    default = _("The server cannot do this at the moment. Try again in a minute.")
