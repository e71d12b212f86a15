"""The header that gives a download its name, whatever a student called the file."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

MAX_NAME_BYTES = 180
"""Of UTF-8: disks take 255, and a browser that finds the name taken adds a number."""

_NOT_IN_A_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ ()-]")
_UNQUOTED = "!#$&+-.^_`|~"
"""Besides letters and digits, what RFC 8187 leaves as it is."""


def download_name(name: str) -> str:
    """Return a name that every system can write: no separators, no device of Windows, not hidden, not too long."""
    plain = _NOT_IN_A_NAME.sub("_", name).strip(" .")
    if not plain:
        plain = "file"
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    stem, dot, extension = plain.rpartition(".")
    if not stem:
        stem, dot, extension = plain, "", ""
    room = MAX_NAME_BYTES - len((dot + extension).encode())
    return stem.encode()[: max(room, 1)].decode("utf-8", "ignore").rstrip() + dot + extension


def content_disposition(name: str, *, is_inline: bool = False) -> str:
    """Return the header's value (RFC 6266): the name in ASCII for old programs, and in UTF-8 for the others."""
    kept = download_name(name)
    folded = unicodedata.normalize("NFKD", kept)
    ascii_name = _NOT_PLAIN.sub("_", "".join(c for c in folded if not unicodedata.combining(c)))
    way = "inline" if is_inline else "attachment"
    value = f'{way}; filename="{ascii_name}"'
    if ascii_name != kept:
        value += f"; filename*=UTF-8''{quote(kept, safe=_UNQUOTED)}"
    return value
