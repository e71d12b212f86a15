"""How checkers take an output apart: words, lines, white space, letters whatever their case."""

from __future__ import annotations

import re

# What C calls white space: a no-break space is part of a word.
_SPACE = re.compile(rb"[ \t\n\v\f\r]+")


def folded(data: bytes) -> bytes:
    """Return a text without the difference of capital and small letters; bytes that are no UTF-8 stay."""
    return data.decode("utf-8", "surrogateescape").casefold().encode("utf-8", "surrogateescape")


def spaces_between(data: bytes) -> tuple[list[bytes], bool]:
    """Return every run of white space in order, and whether the first one is before the first word."""
    return _SPACE.findall(data), data[:1].isspace()


def plain_lines(data: bytes) -> list[bytes]:
    """Return the lines, their ends those of any system; a last empty line is none."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return lines[:-1] if lines and not lines[-1] else lines
