"""What can be wrong with a folder of content, said so that a teacher can put it right.

The sentences are English msgids with named ``%(name)s`` values. Nothing is translated here: the package knows no
Babel, the page or the command translates when it shows the sentence.
"""

from __future__ import annotations

import dataclasses
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def mark(sentence: str) -> str:
    """Mark a sentence for the translators' catalogue (imported as ``_``) and return it unchanged."""
    return sentence


_ = mark


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ContentWarning:
    """Something that works but that the author should know: a missing translation, a file that was left out.

    path: the file, relative to the activity or course folder. field: the key in it, or "".
    """

    path: str
    field: str = ""
    sentence: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return _place(self.path, self.field) + self.sentence % dict(self.values)


class ContentError(Exception):
    """A mistake in a folder of content. Nothing of the folder has been taken.

    path: the file, relative to the activity or course folder ("" for the folder itself). field: the key in it, such
    as ``question[2].choices``, or "". sentence: an English msgid with ``%(name)s`` places. values: what fills them.
    """

    def __init__(self, path: str, field: str, sentence: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(path, field, sentence, values)
        self.path = path
        self.field = field
        self.sentence = sentence
        self.values: Mapping[str, object] = dict(values or {})

    def __str__(self) -> str:
        return _place(self.path, self.field) + self.sentence % dict(self.values)

    def inside(self, folder: str) -> ContentError:
        """The same mistake, its file named from one folder further out."""
        return ContentError("/".join(filter(None, (folder, self.path))), self.field, self.sentence, self.values)


def _place(path: str, field_name: str) -> str:
    return "".join(f"{part}: " for part in (path, field_name) if part)


def unknown_name(path: str, field: str, name: str, known: Iterable[str]) -> ContentError:
    """The error for a key, file or word that the format does not have, with the nearest one that it has."""
    choices = sorted(known)
    nearest = get_close_matches(name, choices, n=1, cutoff=0.5)
    if nearest:
        sentence = _("“%(name)s” is not known here. Is “%(nearest)s” meant?")
        return ContentError(path, field, sentence, {"name": name, "nearest": nearest[0]})
    sentence = _("“%(name)s” is not known here. What can stand here: %(known)s.")
    return ContentError(path, field, sentence, {"name": name, "known": ", ".join(choices)})
