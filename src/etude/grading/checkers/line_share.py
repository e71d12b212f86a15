"""Every line that is right earns its share of the test; the whole is accepted when all are."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from etude.grading import text
from etude.grading.checkers import Checker, Outcome
from etude.grading.messages import Message, _

if TYPE_CHECKING:
    from collections.abc import Mapping


def compare(expected: bytes, obtained: bytes, options: Mapping[str, Any]) -> Outcome:
    """Compare line by line in order, empty lines left out; more lines than expected earn nothing."""
    if not options["case_sensitive"]:
        expected, obtained = text.folded(expected), text.folded(obtained)
    wanted = [line.strip() for line in text.plain_lines(expected) if line.strip()]
    found = [line.strip() for line in text.plain_lines(obtained) if line.strip()]
    if len(found) > len(wanted):
        return Outcome(is_accepted=False)
    right = sum(one == other for one, other in zip(wanted, found, strict=False))
    if right == len(wanted):
        return Outcome(is_accepted=True)
    values: dict[str, str | int] = {"right": right, "total": len(wanted)}
    message = Message(_("%(right)s of %(total)s lines of the output are right."), values)
    return Outcome(False, message, share=Fraction(right, len(wanted)))


ENTRY = Checker(name="line_share", compare=compare, options={"case_sensitive": True})
