"""Office documents are zip files: their list of contents is looked at, and nothing is ever unpacked."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DIRECTORY_BYTES = 2 << 20
"""A list of contents larger than this is no student's document; reading one of 20 MB would need a gigabyte."""

_END_OF_DIRECTORY = b"PK\x05\x06"
_END_BYTES = 22
_WIDE_LOCATOR = b"PK\x06\x07"
_WIDE_LOCATOR_BYTES = 20
_LONGEST_COMMENT = 0xFFFF

REQUIRED_PARTS: Mapping[str, tuple[str, ...]] = {
    "docx": ("[Content_Types].xml", "word/"),
    "xlsx": ("[Content_Types].xml", "xl/"),
    "pptx": ("[Content_Types].xml", "ppt/"),
    "odt": ("mimetype", "content.xml"),
    "ods": ("mimetype", "content.xml"),
    "odp": ("mimetype", "content.xml"),
    "odg": ("mimetype", "content.xml"),
    "sb3": ("project.json",),
}
"""What the names in a document of each extension begin with, whatever else it holds."""


def holds_what_it_says(file: BinaryIO, extension: str) -> bool:
    """Tell whether a zip file's list of contents names what a document of this extension must hold."""
    size = _directory_bytes(file)
    if size is None or size > MAX_DIRECTORY_BYTES:
        return False
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        return False
    return all(any(name.startswith(part) for name in names) for part in REQUIRED_PARTS[extension])


def _directory_bytes(file: BinaryIO) -> int | None:
    """How large the list of contents says it is; None where there is none, or one that needs 64 bits."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or at + _END_BYTES > len(tail):
        return None
    if tail[max(0, at - _WIDE_LOCATOR_BYTES) : at].startswith(_WIDE_LOCATOR):
        return None
    (directory_bytes,) = struct.unpack_from("<I", tail, at + 12)
    return int(directory_bytes)
