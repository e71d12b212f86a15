"""Writing what `parse_judging` reads: keys at their default are left out."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from etude.content.model import (
        ActivityContent,
        ActivityGroup,
        ActivityTest,
        ActivityValidator,
        Solution,
        SolutionRule,
    )

    Ruled = ActivityGroup | ActivityTest | ActivityValidator | SolutionRule

# Key in the TOML -> field of the model; the order in which they are written.
GROUP_KEYS = {
    "inside": "inside",
    "requires": "requires",
    "on_reject": "on_reject",
    "verdict": "verdict",
    "validator_arguments": "validator_arguments",
    "graded": "is_graded",
    "grader_arguments": "grader_arguments",
}
TEST_KEYS = {
    "call": "call",
    "result": "result",
    "arguments": "arguments",
    "points": "points",
    "reject_points": "reject_points",
    "validator_arguments": "validator_arguments",
    "static": "is_static",
}
VALIDATOR_KEYS = {
    "language": "language",
    "protocol": "protocol",
    "interactive": "is_interactive",
    "call": "call",
    "arguments": "arguments",
    "points_unit": "points_unit",
    "tells_student": "tells_student",
    "max_passes": "max_passes",
    "time_s": "time_s",
    "memory_mb": "memory_mb",
}
RULE_KEYS = {
    "tests": "tests",
    "permitted": "permitted",
    "required": "required",
    "lowest_score": "lowest_score",
    "highest_score": "highest_score",
    "message": "message",
}


def solution_rules(solution: Solution) -> Iterator[dict[str, Any]]:
    """What `[[solution]]` says of a solution, table by table."""
    for rule in solution.rules:
        yield {"path": f"{solution.verdict}/{solution.name}", **_differing(rule, RULE_KEYS)}


def group_rules(group: ActivityGroup) -> dict[str, Any]:
    """The rules of a group that are not at their default, by key."""
    return _differing(group, GROUP_KEYS)


def test_rules(test: ActivityTest) -> dict[str, Any]:
    """The rules of a test that are not at their default, by key."""
    return _differing(test, TEST_KEYS)


def program_rules(content: ActivityContent) -> dict[str, dict[str, Any]]:
    """What `[validator]`, `[static_validator]` and `[grader]` say, by table and key; those there are."""
    rules: dict[str, dict[str, Any]] = {}
    if content.validator is not None:
        rules["validator"] = _differing(content.validator, VALIDATOR_KEYS)
    if content.static_validator is not None:  # it has one protocol
        found = _differing(content.static_validator, VALIDATOR_KEYS)
        rules["static_validator"] = {key: value for key, value in found.items() if key != "protocol"}
    if content.grader is not None:
        limits = {"time_s": content.grader.time_s, "memory_mb": content.grader.memory_mb}
        given = {key: value for key, value in limits.items() if value is not None}
        rules["grader"] = {"language": content.grader.language, **given}
    return rules


def judging_files(content: ActivityContent) -> Iterator[tuple[str, bytes]]:
    """The files of `include/` and of the folders of validators and graders, by path."""
    for language, files in content.includes.items():
        for name, data in files.items():
            yield f"include/{language}/{name}", data
    programs = {
        "validator": content.validator, "static_validator": content.static_validator, "grader": content.grader,
    }  # fmt: skip
    for folder, program in programs.items():
        for name, data in program.files.items() if program is not None else ():
            yield f"{folder}/{name}", data


def _differing(value: Ruled, keys: Mapping[str, str]) -> dict[str, Any]:
    defaults = {one.name: one.default for one in fields(value)}
    found = {key: getattr(value, name) for key, name in keys.items()}
    return {key: one for key, one in found.items() if one != defaults[keys[key]] and one not in ((), {})}
