"""Words as in `tokens`, but numbers may differ by an absolute or a relative tolerance."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from etude.grading import text
from etude.grading.checkers import Checker, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

# Narrower than float(): no nan, inf, underscores nor other scripts' digits.
_NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_LONGEST_NUMBER = 400


def compare(expected: bytes, obtained: bytes, options: Mapping[str, Any]) -> Outcome:
    """Compare word by word; two numbers agree within either tolerance (the relative one: of the expected number)."""
    if options["space_change_sensitive"] and text.spaces_between(expected) != text.spaces_between(obtained):
        return Outcome(is_accepted=False)
    wanted, found = expected.split(), obtained.split()
    return Outcome(
        len(wanted) == len(found) and all(_agree(*pair, options) for pair in zip(wanted, found, strict=True))
    )


def _agree(wanted: bytes, found: bytes, options: Mapping[str, Any]) -> bool:
    if wanted == found:
        return True
    if _is_number(wanted) and _is_number(found):
        size, error = abs(float(wanted)), abs(float(wanted) - float(found))
        allowed = max(options["absolute_tolerance"], options["relative_tolerance"] * size)
        return math.isfinite(size) and error <= allowed
    return not options["case_sensitive"] and text.folded(wanted) == text.folded(found)


def _is_number(word: bytes) -> bool:
    return len(word) <= _LONGEST_NUMBER and _NUMBER.fullmatch(word) is not None


ENTRY = Checker(
    name="floats",
    compare=compare,
    options={
        "absolute_tolerance": 1e-6,
        "relative_tolerance": 1e-6,
        "case_sensitive": True,
        "space_change_sensitive": False,
    },
)
