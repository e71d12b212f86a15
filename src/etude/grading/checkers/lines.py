"""The lines must be the same; spaces at their ends and empty lines at the end do not count, unless asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from etude.grading.checkers import Checker, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPACES = re.compile(r"[ \t]+")


def compare(expected: bytes, obtained: bytes, options: Mapping[str, Any]) -> Outcome:
    """Compare line by line. Windows line ends count as line ends."""
    return Outcome(_lines(expected, options) == _lines(obtained, options))


def _lines(data: bytes, options: Mapping[str, Any]) -> list[str]:
    text = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    if not options["case_sensitive"]:
        text = text.casefold()
    if options["spaces"] == "exact":
        return text.removesuffix("\n").split("\n")
    lines = [line.rstrip(" \t\r") for line in text.split("\n")]
    if options["spaces"] == "collapse":
        lines = [_SPACES.sub(" ", line).strip(" ") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


ENTRY = Checker(
    name="lines",
    compare=compare,
    options={"case_sensitive": True, "spaces": "trailing"},
    choices={"spaces": ("exact", "trailing", "collapse")},
)
