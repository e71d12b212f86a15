"""The lines must be the same; spaces at their ends and empty lines at the end do not count, unless asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from etude.grading.checkers import Checker, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPACES = re.compile(r"[ \t\v\f]+")


def compare(expected: bytes, obtained: bytes, options: Mapping[str, Any]) -> Outcome:
    """Compare line by line. Windows line ends count as line ends."""
    return Outcome(_lines(expected, options) == _lines(obtained, options))


def _lines(data: bytes, options: Mapping[str, Any]) -> list[str]:
    text = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    if not options["case_sensitive"]:
        text = text.casefold()
    if options["spaces"] == "exact":
        lines = text.removesuffix("\n").split("\n")
    else:
        lines = [line.rstrip(" \t\r") for line in text.split("\n")]
    if options["spaces"] == "collapse":
        lines = [_SPACES.sub(" ", line).strip(" ") for line in lines]
    while options["spaces"] != "exact" and lines and not lines[-1]:
        lines.pop()
    return [line for line in lines if line.strip()] if options["ignore_empty_lines"] else lines


ENTRY = Checker(
    name="lines",
    compare=compare,
    options={"case_sensitive": True, "spaces": "trailing", "ignore_empty_lines": False},
    choices={"spaces": ("exact", "trailing", "collapse")},
)
