"""The output must match a regular expression: the expected output is the pattern.

Matching can take for ever, whether a teacher or a student meant it so: it is done in a jail with a limit of time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etude.grading.checkers import Checker, Outcome
from etude.grading.messages import Message, _

if TYPE_CHECKING:
    from collections.abc import Mapping


def compare(_expected: bytes, obtained: bytes, _options: Mapping[str, Any]) -> Outcome:
    """Read what the program in the jail found: `match`, `line N`, `no`, or `bad` and what is wrong with the pattern."""
    word, _space, rest = obtained.decode("utf-8", "replace").partition(" ")
    if word == "match":
        return Outcome(is_accepted=True)
    if word == "line":
        line = Message(_("Line %(line)s of the output is not as expected."), {"line": rest})
        return Outcome(False, line)
    if word == "no":
        return Outcome(False, Message(_("The output is not as expected.")))
    if word == "bad":
        fault = Message(_("The regular expression of this test is at fault: %(reason)s"), {"reason": rest})
        return Outcome(False, fault, is_fault=True)
    slow = Message(_("The regular expression of this test takes too long on this output."))
    return Outcome(False, slow, is_fault=True)


ENTRY = Checker(
    name="regex",
    compare=compare,
    harness="regex_side",
    options={"case_sensitive": True, "by_line": False},
)
