"""Which names a file of content may have: names that are safe and the same on every system.

A name that Windows cannot make, that two systems would read as two different names, or that leads out of the folder is
refused, whether it comes from a folder, a zip file or a stored document.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from etude.content.errors import ContentError
from etude.content.errors import mark as _

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_PATH_LENGTH = 200  # characters of the whole path
MAX_NAME_BYTES = 200  # bytes of one part of it
MAX_DEPTH = 8

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")

_FORBIDDEN_CHARACTERS = frozenset('\\:*?"<>|')
_RESERVED_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10))]
)
_LEFT_OUT = re.compile(r"\..*|__pycache__|__MACOSX|.*\.pyc|.*~|Thumbs\.db|desktop\.ini", re.IGNORECASE)


def is_left_out(path: str) -> bool:
    """Whether a path is what systems and editors leave behind (.git, __MACOSX, …) and is passed over in silence."""
    return any(_LEFT_OUT.fullmatch(part) for part in path.split("/") if part not in {".", ".."})


def check_path(path: str, *, any_names: bool = False) -> str:
    """The path in NFC, if it is a safe relative one; ContentError otherwise.

    any_names: each part may also be what only some systems can store.
    """
    if not path or len(path) > MAX_PATH_LENGTH:
        raise ContentError(
            shown(path),
            "",
            _("The name of a file must have 1 to %(maximum)s characters."),
            {"maximum": MAX_PATH_LENGTH},
        )
    normal = unicodedata.normalize("NFC", path)
    parts = normal.split("/")
    if len(parts) > MAX_DEPTH:
        raise ContentError(shown(path), "", _("Folders are nested more than %(maximum)s deep."), {"maximum": MAX_DEPTH})
    for part in parts:
        _check_part(path, part, any_names=any_names)
    return normal


def check_unique(paths: Iterable[str]) -> None:
    """ContentError if two paths are one on systems that do not tell capitals apart, or a file is also a folder."""
    seen: dict[str, str] = {}
    for path in paths:
        key = path.casefold()
        if key in seen:
            raise ContentError(
                shown(path),
                "",
                _("There is also “%(other)s”: some systems cannot tell the two names apart."),
                {"other": shown(seen[key])},
            )
        seen[key] = path
    for key, path in seen.items():
        parts = key.split("/")
        if any("/".join(parts[:depth]) in seen for depth in range(1, len(parts))):
            raise ContentError(shown(path), "", _("A file and a folder have the same name."))


def shown(path: str) -> str:
    """A hostile name made harmless to print: control characters and halves of characters are written out."""
    text = "".join(
        character if character.isprintable() and not _is_half(character) else f"\\u{ord(character):04x}"
        for character in path
    )
    return text if len(text) <= MAX_PATH_LENGTH else text[:MAX_PATH_LENGTH] + "…"


def _check_part(path: str, part: str, *, any_names: bool) -> None:
    if part in {"", ".", ".."}:
        raise ContentError(
            shown(path), "", _("A file name must stay inside the folder, without “..” or a leading “/”.")
        )
    if any((character in _FORBIDDEN_CHARACTERS and not any_names) or not character.isprintable() for character in part):
        raise ContentError(
            shown(path), "", _('A file name must not hold control characters nor any of \\ : * ? " < > |.')
        )
    if any(_is_half(character) for character in part):
        raise ContentError(shown(path), "", _("The file’s name is not UTF-8."))
    if len(part.encode()) > MAX_NAME_BYTES:
        raise ContentError(
            shown(path), "", _("The name of a file must have 1 to %(maximum)s characters."), {"maximum": MAX_NAME_BYTES}
        )
    if any_names:
        return
    if part != part.strip() or part.endswith(".") or part.partition(".")[0].lower() in _RESERVED_NAMES:
        raise ContentError(shown(path), "", _("Some systems cannot store a file of this name."))


def _is_half(character: str) -> bool:
    return 0xD800 <= ord(character) <= 0xDFFF
