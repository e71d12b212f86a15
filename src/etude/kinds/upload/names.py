"""Names that students give to files: kept for people to read, never used as a path, never trusted."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAME_CHARS = 150
MAX_EXTENSION_CHARS = 12
NAMELESS = "file"

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
_FOLDERS = re.compile(r"[/\\]")


def clean_name(raw: str) -> str:
    """Return a name as it is kept: the last part of a path, without what cannot be seen.

    Control characters, NUL, lone surrogates and the marks that turn the direction of writing (by which
    `annexe.exe` can look like `annexe.png`) are taken out; accents are NFC; any run of spaces is one; a long name is
    cut in its stem, so that its extension stays.
    """
    text = unicodedata.normalize("NFC", _FOLDERS.split(raw)[-1])
    text = "".join(c for c in text if c in _JOINERS or c.isspace() or unicodedata.category(c) not in _HIDDEN_CATEGORIES)
    text = " ".join(text.split()).rstrip(". ")
    if not text.strip("." + _JOINERS):
        return NAMELESS
    stem, dot, extension = text.rpartition(".")
    if not stem or len(extension) > MAX_EXTENSION_CHARS:
        return text[:MAX_NAME_CHARS].rstrip(". ")
    return stem[: MAX_NAME_CHARS - len(dot + extension)].rstrip() + dot + extension


def make_unique(names: Iterable[str]) -> list[str]:
    """Return the names in order, a second `photo.jpg` as `photo (2).jpg`; capitals do not make a difference.

    Phones call every photo the same, so two of one name are no mistake.
    """
    taken: set[str] = set()
    unique: list[str] = []
    for name in names:
        stem, dot, extension = name.rpartition(".") if "." in name[1:] else (name, "", "")
        number, candidate = 1, name
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{stem} ({number}){dot}{extension}"
        taken.add(candidate.casefold())
        unique.append(candidate)
    return unique
