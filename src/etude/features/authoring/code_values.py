"""A code activity between content and form: languages, limits, checker, groups of tests, starting texts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from etude.content import ActivityChecker, ActivityGroup, ActivityLimits, ActivityTest
from etude.content.solution_rules import without_lost_names
from etude.features.authoring.fields import read_number
from etude.features.authoring.language_values import prune_settings, read_settings, show_settings
from etude.features.authoring.texts import (
    Values,
    is_blank,
    is_shown,
    line_of,
    read_bytes,
    read_pair,
    read_three,
    rows_of,
    show_bytes,
    show_pair,
    show_three,
    text_of,
)
from etude.grading import checkers, languages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content import ActivityContent
    from etude.content.model import Files, Scoring, Visibility

MAX_SHOWN_TOTAL_BYTES = 400_000
"""Together; what is beyond stays as it is and is not put into the form: a form has an end too."""
MAX_SHOWN_TESTS = 120
"""Further ones stay as they are too: each has thirteen fields, and a page must come within a moment."""
PARTS = ("stdin", "expected", "script")
TYPED_OF_TEST = ("name", "title_fr", "title_en", *(f"{part}{end}" for part in PARTS for end in ("", "_fr", "_en")))
OPTION_FIELDS = ("any_case", "spaces", "absolute_tolerance", "relative_tolerance")

BLANK_CODE: Values = {
    "languages": ["python"],
    "time_s": "1",
    "memory_mb": "256",
    "checker": "tokens",
    "spaces": "trailing",
    "hints": [{}],
    "groups": [
        {"visibility": "sample", "title_fr": "Exemples", "title_en": "Examples", "name": "examples", "tests": [{}]},
        {
            "visibility": "hidden",
            "title_fr": "Tests",
            "title_en": "Tests",
            "name": "tests",
            "points": "10",
            "tests": [{}, {}],
        },
    ],
    "starters": [{"language": "python"}],
    "solutions": [{"verdict": "accepted"}, {"verdict": "wrong_answer"}],
}
"""What the form of a new code activity holds at first."""


def kept_tests(content: ActivityContent) -> frozenset[tuple[str, str]]:
    """Return group and name of the tests that are too large, too many or no text for a form: they stay as they are."""
    kept, total, count = set(), 0, 0
    for group in content.groups:
        for test in group.tests:
            parts = (test.stdin, test.expected, test.script)
            size = sum(len(data) for part in parts for data in part.values())
            fits = total + size <= MAX_SHOWN_TOTAL_BYTES and count < MAX_SHOWN_TESTS
            if fits and all(is_shown(part) for part in parts):
                total, count = total + size, count + 1
            else:
                kept.add((group.name, test.name))
    return frozenset(kept)


def show_code(content: ActivityContent) -> Values:
    """Return the values of the fields that only code activities have."""
    kept = kept_tests(content)
    return {
        "languages": list(content.languages),
        "time_s": f"{content.limits.time_s:f}",
        "memory_mb": str(content.limits.memory_mb),
        **_show_checker(content.checker),
        "settings": show_settings(content),
        "groups": [_show_group(group, kept) for group in content.groups],
        "starters": [
            {"key": starter_key(language, course_language, name), "language": language, "name": name,
             "course_language": course_language, "text": show_bytes(data) or ""}
            for language, by_course_language in content.starter.items()
            for course_language, files in by_course_language.items()
            for name, data in files.items()
        ],
    }  # fmt: skip


def starter_key(language: str, course_language: str, name: str) -> str:
    """Return how a starting text is named in the form."""
    return f"{language}/{course_language}/{name}"


def _show_checker(checker: ActivityChecker) -> Values:
    options = {**(checkers.load()[checker.name].options), **checker.options}
    tolerances = ("absolute_tolerance", "relative_tolerance")
    return {
        "checker": checker.name,
        "any_case": options.get("case_sensitive") is False,
        "spaces": str(options.get("spaces", "trailing")),
        **{name: _plain(options[name]) if name in options else "" for name in tolerances},
    }


def _plain(value: object) -> str:
    return f"{Decimal(str(value)):f}"


def _show_group(group: ActivityGroup, kept: frozenset[tuple[str, str]]) -> Values:
    return {
        "key": group.name,
        "name": group.name,
        **show_pair(group.title, "title"),
        "points": f"{group.points:f}",
        "scoring": group.scoring,
        "visibility": group.visibility,
        "tests": [_show_test(test, is_kept=(group.name, test.name) in kept) for test in group.tests],
    }


def _show_test(test: ActivityTest, *, is_kept: bool) -> Values:
    shown: Values = {"key": test.name, "name": test.name, **show_pair(test.title, "title")}
    if not is_kept:
        for part, texts in zip(PARTS, (test.stdin, test.expected, test.script), strict=True):
            shown.update(show_three(texts, part))
    return shown


def prune_code(values: Values) -> Values:
    """Return the values without blank rows, and with names where there were none."""
    groups = []
    for row in rows_of(values, "groups"):
        tests = [test for test in rows_of(row, "tests") if text_of(test, "key") or not is_blank(test, *TYPED_OF_TEST)]
        name_all(tests, "{}")
        row["tests"] = tests
        if tests or text_of(row, "key") or not is_blank(row, "points", "title_fr", "title_en"):
            groups.append(row)
    name_all(groups, "group-{}")
    starters = [row for row in rows_of(values, "starters") if text_of(row, "key") or not is_blank(row, "name", "text")]
    for row in starters:
        language = languages.load().get(text_of(row, "language"))
        row["name"] = line_of(row, "name") or (language.source_name if language else "main.txt")
    return {**prune_settings(values), "groups": groups, "starters": starters}


def name_all(rows: list[Values], pattern: str) -> None:
    """Give a name to each row that has none: the pattern with the first free number."""
    taken = {line_of(row, "name") for row in rows}
    number = 1
    for row in rows:
        if not line_of(row, "name"):
            while pattern.format(number) in taken:
                number += 1
            row["name"] = pattern.format(number)
            taken.add(pattern.format(number))


def read_code(base: ActivityContent, values: Values) -> ActivityContent:
    """Return the content with what was typed in the fields of code activities; numbers must be checked before."""
    chosen = values.get("languages")
    checker = _read_checker(base.checker, values)
    kept_names = kept_tests(base)
    groups = tuple(
        _read_group(base, row, kept_names, ends_line=checker.name != "exact") for row in rows_of(values, "groups")
    )
    languages_now = _in_order(base.languages, chosen if isinstance(chosen, list) else [])
    return replace(
        base,
        languages=languages_now,
        language_settings=read_settings(values, languages_now),
        limits=_read_limits(base.limits, values),
        checker=checker,
        groups=groups,
        points=sum((group.points for group in groups if not group.inside), Decimal(0)),
        starter=_read_starters(base, values),
        solutions=without_lost_names(base.solutions, groups),
    )


def _in_order(before: tuple[str, ...], chosen: list[str]) -> tuple[str, ...]:
    """Return the chosen languages: those of before in their order (the first is offered first), then the new ones."""
    return (*(one for one in before if one in chosen), *(one for one in chosen if one not in before))


def _read_limits(base: ActivityLimits, values: Values) -> ActivityLimits:
    time_s = read_number(text_of(values, "time_s")) or base.time_s
    memory_mb = read_number(text_of(values, "memory_mb")) or base.memory_mb
    wall_time_s = base.wall_time_s
    if wall_time_s is not None and wall_time_s < time_s:
        wall_time_s = None  # the engine's own default, which is longer than the time on the processor
    return replace(base, time_s=time_s, memory_mb=int(memory_mb), wall_time_s=wall_time_s)


def _read_checker(base: ActivityChecker, values: Values) -> ActivityChecker:
    """Return the chosen checker with its own options; one that is at its default is left out, as in a folder."""
    if values_of_checker(values) == values_of_checker(_show_checker(base)):
        return base
    name = text_of(values, "checker")
    entry = checkers.load().get(name)
    known = dict(entry.options) if entry is not None else {}
    typed: dict[str, object] = {"case_sensitive": not values.get("any_case"), "spaces": text_of(values, "spaces")}
    for option in ("absolute_tolerance", "relative_tolerance"):
        number = read_number(text_of(values, option))
        typed[option] = number if number is not None else known.get(option)
    differing = {
        option: value for option, value in typed.items() if option in known and not _same(value, known[option])
    }
    kept = {option: value for option, value in base.options.items() if name == base.name and option not in typed}
    return ActivityChecker(name=name, options={**kept, **differing})


def values_of_checker(values: Mapping[str, object]) -> tuple[object, ...]:
    """Return what the form says of the checker, for comparison."""
    return (
        text_of(values, "checker"),
        bool(values.get("any_case")),
        *(text_of(values, name) for name in OPTION_FIELDS[1:]),
    )


def _same(typed: object, default: object) -> bool:
    return float(typed) == default if isinstance(typed, Decimal) else typed == default


def _read_group(
    base: ActivityContent, row: Values, kept: frozenset[tuple[str, str]], *, ends_line: bool
) -> ActivityGroup:
    key, visibility = text_of(row, "key"), text_of(row, "visibility")
    old = next((group for group in base.groups if group.name == key), ActivityGroup(name=""))
    points = read_number(text_of(row, "points")) or Decimal(0)
    return replace(
        old,
        name=line_of(row, "name"),
        title=read_pair(old.title, row, "title"),
        points=Decimal(0) if visibility == "sample" else points,
        scoring=cast("Scoring", text_of(row, "scoring")),
        visibility=cast("Visibility", visibility),
        tests=tuple(_read_test(old, test, kept, ends_line=ends_line) for test in rows_of(row, "tests")),
    )


def _read_test(group: ActivityGroup, row: Values, kept: frozenset[tuple[str, str]], *, ends_line: bool) -> ActivityTest:
    key = text_of(row, "key")
    old = next((test for test in group.tests if test.name == key), ActivityTest(name=""))
    named = replace(old, name=line_of(row, "name"), title=read_pair(old.title, row, "title"))
    if (group.name, key) in kept:
        return named
    return replace(
        named,
        stdin=read_three(old.stdin, row, "stdin", ends_line=ends_line),
        expected=read_three(old.expected, row, "expected", ends_line=ends_line),
        script=read_three(old.script, row, "script", ends_line=True),
    )


def _read_starters(base: ActivityContent, values: Values) -> dict[str, dict[str, Files]]:
    old = {
        starter_key(language, course_language, name): data
        for language, by_course_language in base.starter.items()
        for course_language, files in by_course_language.items()
        for name, data in files.items()
    }
    starter: dict[str, dict[str, dict[str, bytes]]] = {}
    for row in rows_of(values, "starters"):
        before = old.get(text_of(row, "key"))
        hidden = before is not None and show_bytes(before) is None
        data = before if before is not None and hidden else read_bytes(before, text_of(row, "text"))
        by_course_language = starter.setdefault(text_of(row, "language"), {})
        by_course_language.setdefault(text_of(row, "course_language"), {})[line_of(row, "name")] = data
    return cast("dict[str, dict[str, Files]]", starter)
