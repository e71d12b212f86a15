"""The results box of a program: groups of tests, each with what this reader may see of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from etude.kinds.code.diffs import MAX_DIFF_CHARS, diff_rows
from etude.web.i18n import translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.content import ActivityContent
    from etude.kinds import SeenTest
    from etude.web.markdown import Pictures


def show_results(
    content: ActivityContent,
    document: Mapping[str, Any],
    verdict: Mapping[str, Any],
    outcomes: Sequence[SeenTest],
    _pictures: Pictures,
) -> dict[str, Any]:
    """Return the values for `_results.html` that come from the verdict."""
    compiled = verdict.get("compile")
    return {
        "message": _sentence(verdict.get("message")),
        "compile": compiled,
        "groups": _groups(verdict, outcomes),
        "test_count": len(outcomes) or sum(len(group.tests) for group in content.groups),
        "passed_count": sum(one.status == "AC" for one in outcomes),
        "line_errors": _line_errors(compiled, document, outcomes),
    }


def _sentence(message: Mapping[str, Any] | None) -> str:
    return translate(message["id"], dict(message.get("values", {}))) if message and message.get("id") else ""


def _groups(verdict: Mapping[str, Any], outcomes: Sequence[SeenTest]) -> list[dict[str, Any]]:
    scores = {group["name"]: group for group in verdict.get("groups", ())}
    groups: dict[str, dict[str, Any]] = {}
    for one in outcomes:
        scored = scores.get(one.group, {})
        group = groups.setdefault(
            one.group,
            {
                "title": one.group_title,
                "about": _about(one),
                "visibility": _shown_as(one),
                "score": Decimal(scored.get("score", "0")),
                "max_score": Decimal(scored.get("max_score", "0")),
                "tests": [],
            },
        )
        group["tests"].append(_test(one))
    return list(groups.values())


def _shown_as(one: SeenTest) -> str:
    """Return the visibility that fits what this reader sees; staff see a hidden test as a sample."""
    if one.obtained is None:
        return "hidden"
    return "visible" if one.expected is None else "sample"


def _about(one: SeenTest) -> str:
    """Return what is said above a group: to staff, how much of it students see."""
    if one.expected is None or one.visibility == "sample":
        return ""
    if one.visibility == "visible":
        return str(_("Students do not see what was expected here."))
    return str(_("Students see only the names and verdicts of these tests."))


def _test(one: SeenTest) -> dict[str, Any]:
    return {
        "name": one.title,
        "status": one.status,
        "cpu_ms": None if one.cpu_us is None else round(one.cpu_us / 1000, 1),
        "message": translate(one.message, dict(one.message_values)) if one.message else "",
        "notes": one.notes,
        "stdin": one.stdin or None,
        "stdin_is_cut": "stdin" in one.cut,
        "expected": one.expected,
        "obtained": one.obtained,
        "obtained_is_cut": "obtained" in one.cut,
        "printed": one.printed,
        "stderr": one.stderr,
        "diff": _diff(one),
    }


def _diff(one: SeenTest) -> list[dict[str, Any]] | None:
    if one.status != "WA" or one.expected is None or not one.obtained or one.printed is not None:
        return None
    if len(one.expected) + len(one.obtained) > MAX_DIFF_CHARS:
        return None
    return diff_rows(one.expected, one.obtained)


def _line_errors(
    compiled: Mapping[str, Any] | None, document: Mapping[str, Any], outcomes: Sequence[SeenTest]
) -> list[tuple[str, int, str]]:
    """Return the lines to mark in the editor: the compiler's, else that where the first test with a line stopped."""
    if compiled and not compiled.get("ok", True):
        return [(one["file"], one["line"], one["message"]) for one in compiled.get("lines", ())]
    for one in outcomes:
        line = one.message_values.get("line")
        if one.status == "RTE" and line:
            file = str(one.message_values.get("file") or next(iter(document.get("files", {})), ""))
            return [(file, int(line), translate(one.message, dict(one.message_values)))]
    return []
