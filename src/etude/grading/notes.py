"""Say in what alone two texts differ: the difference that a reader cannot see on the page."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from etude.grading.verdict import Note

if TYPE_CHECKING:
    from collections.abc import Callable

# Apostrophes and quotation marks that stand for ' and ".
_APOSTROPHES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2033", '"')
)
# Beyond str.isspace(): marks that take no room.
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))

_NORMAL_FORMS: dict[Note, Callable[[str], str]] = {
    Note.UNICODE_FORM: lambda text: unicodedata.normalize("NFC", text),
    Note.APOSTROPHES: lambda text: text.translate(_APOSTROPHES),
    Note.CASE: str.casefold,
    Note.LAST_NEWLINE: lambda text: text.rstrip("\r\n"),
    Note.SPACES: lambda text: "".join(text.translate(_ZERO_WIDTH).split()),
}
# Tried in this order for being left out, so that the narrowest explanation remains.
_LEFT_OUT_FIRST = (Note.SPACES, Note.APOSTROPHES, Note.CASE, Note.UNICODE_FORM, Note.LAST_NEWLINE)


def explain_difference(
    expected: bytes, obtained: bytes, is_accepted: Callable[[bytes, bytes], bool]
) -> tuple[Note, ...]:
    """Return the smallest set of notes which together make `obtained` acceptable; () when none do.

    is_accepted: the checker that refused the two as they are.
    """

    def agree(notes: set[Note]) -> bool:
        return is_accepted(_normalise(expected, notes), _normalise(obtained, notes))

    notes = set(Note)
    if not agree(notes):
        return ()
    for note in _LEFT_OUT_FIRST:
        if agree(notes - {note}):
            notes.discard(note)
    return tuple(note for note in Note if note in notes)


def _normalise(data: bytes, notes: set[Note]) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    for note, normal_form in _NORMAL_FORMS.items():
        if note in notes:
            text = normal_form(text)
    return text.encode("utf-8", "surrogateescape")
