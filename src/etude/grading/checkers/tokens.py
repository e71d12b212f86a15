"""The words must be the same, in the same order; how they are spaced and broken into lines does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etude.grading.checkers import Checker, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


def compare(expected: bytes, obtained: bytes, options: Mapping[str, Any]) -> Outcome:
    """Compare word by word (between ASCII white space: a no-break space is part of a word)."""
    if not options["case_sensitive"]:
        expected, obtained = _folded(expected), _folded(obtained)
    return Outcome(expected.split() == obtained.split())


def _folded(data: bytes) -> bytes:
    return data.decode("utf-8", "surrogateescape").casefold().encode("utf-8", "surrogateescape")


ENTRY = Checker(name="tokens", compare=compare, options={"case_sensitive": True})
