"""What the product says no with: one hierarchy, turned into pages or JSON by `app.py` alone.

A message is an English sentence marked for translation with `_()` (a no-op here: this floor knows no Babel) and
filled with `values` only after it was translated. Whatever carries these two is `Marked`: the refusals here, mistakes
in content, the engine's and the jail's reasons, wrong settings. A value may itself be marked. Two places translate,
and nothing else does: `cli/talk.py` for the terminal and `web/i18n.py` for the pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


@runtime_checkable
class Marked(Protocol):
    """A sentence that is translated where it is shown: an English key of the catalogue, and what fills its places."""

    @property
    def sentence(self) -> str:
        """The English sentence, with `%(name)s` places."""

    @property
    def values(self) -> Mapping[str, object]:
        """What fills the places; a value may be marked itself."""


def fill(said: Marked, gettext: Callable[[str], str]) -> str:
    """Return a marked sentence in the language of `gettext`, its places filled."""
    text = gettext(said.sentence)
    return text % filled(said.values, gettext) if said.values else text


def filled(values: Mapping[str, object], gettext: Callable[[str], str]) -> dict[str, object]:
    """Return the values of a sentence, those that are marked in the language of `gettext`."""
    return {name: fill(value, gettext) if isinstance(value, Marked) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Notice:
    """A marked sentence that is no refusal, e.g. what `etude doctor` found."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.sentence % dict(self.values) if self.values else self.sentence


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
