"""The same lines (or words) in any order, each as often as expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etude.grading import text
from etude.grading.checkers import Checker, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


def compare(expected: bytes, obtained: bytes, options: Mapping[str, Any]) -> Outcome:
    """Compare the sorted lines; spaces at their ends, several spaces for one, and empty lines do not count."""
    return Outcome(_parts(expected, options) == _parts(obtained, options))


def _parts(data: bytes, options: Mapping[str, Any]) -> list[list[bytes]]:
    if not options["case_sensitive"]:
        data = text.folded(data)
    if options["split"] == "words":
        return sorted([word] for word in data.split())
    lines = [line.split() for line in text.plain_lines(data)]
    return sorted(line if options["ordered_words"] else sorted(line) for line in lines if line)


ENTRY = Checker(
    name="unordered",
    compare=compare,
    options={"case_sensitive": True, "split": "lines", "ordered_words": True},
    choices={"split": ("lines", "words")},
)
