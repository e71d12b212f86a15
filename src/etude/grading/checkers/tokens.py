"""The words must be the same, in the same order; how they are spaced and broken into lines does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etude.grading import text
from etude.grading.checkers import Checker, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


def compare(expected: bytes, obtained: bytes, options: Mapping[str, Any]) -> Outcome:
    """Compare word by word (between ASCII white space: a no-break space is part of a word)."""
    if not options["case_sensitive"]:
        expected, obtained = text.folded(expected), text.folded(obtained)
    if options["space_change_sensitive"] and text.spaces_between(expected) != text.spaces_between(obtained):
        return Outcome(is_accepted=False)
    return Outcome(expected.split() == obtained.split())


ENTRY = Checker(name="tokens", compare=compare, options={"case_sensitive": True, "space_change_sensitive": False})
