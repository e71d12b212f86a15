"""The lines of what was handed in as text, for people to read."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from etude.web.submitted_files import MAX_SHOWN_TEXT_BYTES

MAX_SHOWN_LINES = 20_000


def read_lines(file: BinaryIO) -> list[str]:
    """Return the lines of a text in UTF-8, or in UTF-16 that says so; what cannot be read becomes “�”."""
    data = file.read(MAX_SHOWN_TEXT_BYTES)
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return split_lines(data.decode("utf-16" if is_wide else "utf-8-sig", "replace"))


def split_lines(text: str) -> list[str]:
    """Return the lines of a text, MAX_SHOWN_LINES at most, whatever ends them.

    Marks that turn the direction of writing are shown as what they are: they could make code look like other code.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    return [line.translate(_TURNING_MARKS) for line in lines[:MAX_SHOWN_LINES]]


_TURNING_MARKS = {
    number: f"[U+{number:04X}]" for number in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
"""Marks that turn the direction of writing (Trojan Source, CVE-2021-42574)."""
