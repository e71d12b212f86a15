"""The results box of a program: groups of tests, each with what this reader may see of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from etude.content import title_of_group
from etude.kinds.code.diffs import MAX_DIFF_CHARS, diff_rows
from etude.web import program_errors
from etude.web.i18n import translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.kinds import ResultInput, SeenTest


def show_results(asked: ResultInput) -> dict[str, Any]:
    """Return the values for `_results.html` that come from the verdict."""
    outcomes = asked.outcomes
    compiled = program_errors.of_compiler(_language(asked), asked.verdict.get("compile"))
    return {
        "message": _sentence(asked.verdict.get("message")),
        "compile": compiled,
        "groups": show_groups(asked),
        "test_count": len(outcomes) or sum(len(group.tests) for group in asked.content.groups),
        "passed_count": sum(one.status == "AC" for one in outcomes),
        "line_errors": _line_errors(asked, compiled),
    }


def _language(asked: ResultInput) -> str:
    return str(asked.verdict.get("language") or asked.document.get("language") or "")


def _sentence(message: Mapping[str, Any] | None) -> str:
    return translate(message["id"], dict(message.get("values", {}))) if message and message.get("id") else ""


def show_groups(asked: ResultInput) -> list[dict[str, Any]]:
    """Return the groups that have tests to show, each before those inside it; `depth` counts from 0."""
    tests: dict[str, list[SeenTest]] = {}
    for one in asked.outcomes:
        tests.setdefault(one.group, []).append(one)
    scores = {group["name"]: group for group in asked.verdict.get("groups", ())}
    above = {name: _chain(name, scores) for name in [*scores, *(name for name in tests if name not in scores)]}
    shown = {parent for name in tests for parent in above[name]}
    return [
        _group(asked, name, scores.get(name, {}), tests.get(name, ())) | {"depth": len(chain) - 1}
        for name, chain in above.items()
        if name in shown
    ]


def _chain(name: str, scores: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a group and those that it lies in, outwards."""
    chain = [name]
    while (outer := scores.get(chain[-1], {}).get("inside")) and outer not in chain:
        chain.append(outer)
    return chain


def _group(asked: ResultInput, name: str, scored: Mapping[str, Any], tests: Sequence[SeenTest]) -> dict[str, Any]:
    content = asked.content
    scoring = next((group.scoring for group in content.groups if group.name == name), "all")
    talks = content.validator is not None and content.validator.is_interactive
    return {
        "title": title_of_group(content, name, asked.locale),
        "about": _about(tests[0]) if tests else "",
        "visibility": _shown_as(tests[0]) if tests else "",
        "score": Decimal(scored.get("score", "0")),
        "max_score": Decimal(scored.get("max_score", "0")),
        "is_scored": bool(scored),
        "tests": [_test(one, _language(asked), adds_up=scoring == "sum", talks=talks) for one in tests],
    }


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


def _test(one: SeenTest, language: str, *, adds_up: bool, talks: bool) -> dict[str, Any]:
    """Return one test; `adds_up`: its points are its own, `talks`: what it obtained is a conversation."""
    turns = read_turns(one.obtained) if talks and one.obtained else None
    said = program_errors.of_run(language, one.message, one.message_values)
    return {
        "name": one.title,
        "status": one.status,
        "cpu_ms": None if one.cpu_us is None else round(one.cpu_us / 1000, 1),
        "message": said.sentence,
        "raw_message": said.raw,
        "notes": one.notes,
        "stdin": one.stdin or None,
        "stdin_is_cut": "stdin" in one.cut,
        "expected": one.expected,
        "obtained": None if turns else one.obtained,
        "turns": turns,
        "obtained_is_cut": "obtained" in one.cut,
        "printed": one.printed,
        "stderr": one.stderr,
        "diff": None if talks else _diff(one),
        "points": one.points if adds_up and one.visibility != "sample" else None,
        "judge_note": one.judge_note,
        "pictures": one.pictures,
    }


def read_turns(transcript: str) -> list[tuple[str, str]]:
    """Return who said what in a conversation, in turns: `answer` or `judge`, and the text."""
    turns: list[tuple[str, list[str]]] = []
    for line in transcript.split("\n"):
        who = {"< ": "answer", "> ": "judge"}.get(line[:2], "")
        if not who and not line:
            continue
        if turns and who in ("", turns[-1][0]):
            turns[-1][1].append(line[2:] if who else line)
        else:
            turns.append((who or "judge", [line[2:] if who else line]))
    return [(who, "\n".join(lines)) for who, lines in turns]


def _diff(one: SeenTest) -> list[dict[str, Any]] | None:
    if one.status != "WA" or one.expected is None or not one.obtained or one.printed is not None:
        return None
    if len(one.expected) + len(one.obtained) > MAX_DIFF_CHARS:
        return None
    return diff_rows(one.expected, one.obtained)


def _line_errors(asked: ResultInput, compiled: Mapping[str, Any] | None) -> list[tuple[str, int, str]]:
    """Return the lines to mark in the editor: the compiler's, else that where the first test with a line stopped."""
    if compiled and not compiled.get("ok", True):
        return [(one["file"], one["line"], one["words"] or one["message"]) for one in compiled["lines"]]
    for one in asked.outcomes:
        line = one.message_values.get("line")
        if one.status == "RTE" and line:
            file = str(one.message_values.get("file") or next(iter(asked.document.get("files", {})), ""))
            return [
                (file, int(line), program_errors.of_run(_language(asked), one.message, one.message_values).sentence)
            ]
    return []
