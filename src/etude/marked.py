"""Sentences that are translated where they are shown: how every floor marks them, and how their places are filled.

A message is an English sentence marked for translation with `_()` (a no-op: the floors below know no Babel) and filled
with `values` only after it was translated. Whatever carries these two is `Marked`: refusals, mistakes in content, the
engine's and the jail's reasons, wrong settings. A value may itself be marked. Standard library only.
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
