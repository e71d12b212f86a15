"""Sentences for people, marked here and translated by whoever shows them: the engine does not know the reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _(sentence: str) -> str:
    """Mark a sentence for the message catalogue, unchanged."""
    return sentence


def clean_text(data: bytes | str) -> str:
    """Return text as every database takes it: no undecodable bytes, no lone surrogates, NUL made visible."""
    text = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
    return text.decode("utf-8", "replace").replace("\0", "\N{SYMBOL FOR NULL}")


@dataclass(frozen=True, slots=True)
class Message:
    """A marked English sentence and the values for its `%(name)s` places.

    Shown as `gettext(message.msgid) % message.values`; the values come from the answer and must be escaped as any text.
    """

    msgid: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cleaned = {name: clean_text(value) if isinstance(value, str) else value for name, value in self.values.items()}
        object.__setattr__(self, "values", cleaned)

    @property
    def sentence(self) -> str:
        """The same as `msgid`, by the name that everything marked has."""
        return self.msgid

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.msgid % self.values
