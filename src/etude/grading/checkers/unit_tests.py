"""Reads how a test script ended (function tests); the engine uses it for every test that has a script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from etude.grading.checkers import Checker, Outcome
from etude.grading.messages import Message, _

if TYPE_CHECKING:
    from collections.abc import Mapping


def compare(_expected: bytes, obtained: bytes, _options: Mapping[str, Any]) -> Outcome:
    """Accept a report that says `passed`; for one that says `failed`, tell the line and what it says."""
    report = json.loads(obtained)
    if report["outcome"] == "passed":
        return Outcome(is_accepted=True)
    if report["error"] == "AssertionError" and report["text"]:
        return Outcome(False, Message("%(reason)s", {"reason": report["text"]}))
    if report["error"] == "AssertionError":
        return Outcome(False, Message(_("The check on line %(line)s failed."), {"line": report["line"]}))
    values = {"line": report["line"], "error": report["error"], "text": report["text"]}
    return Outcome(False, Message(_("The check on line %(line)s stopped with %(error)s: %(text)s"), values))


ENTRY = Checker(name="unit_tests", compare=compare)
