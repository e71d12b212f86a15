"""Every byte must be the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etude.grading.checkers import Checker, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


def compare(expected: bytes, obtained: bytes, _options: Mapping[str, Any]) -> Outcome:
    """Compare byte by byte."""
    return Outcome(expected == obtained)


ENTRY = Checker(name="exact", compare=compare)
