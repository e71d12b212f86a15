"""Reading the test groups of a code activity: ``[[test_group]]`` in the TOML and the files below ``tests/``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from etude.content.errors import ContentError, ContentWarning, unknown_name
from etude.content.errors import mark as _
from etude.content.fields import MAX_TEXT_LENGTH
from etude.content.model import BOTH, COURSE_LANGUAGES, ActivityGroup, ActivityTest, LocalizedBytes, Scoring, Visibility
from etude.content.names import PLAIN_NAME
from etude.content.parse_judging import read_group_rules, read_test_rules
from etude.content.programs import script_endings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.content.fields import Table
    from etude.content.source import Source

MAX_GROUPS = 200
MAX_TESTS = 2_000  # in one group
PARTS = ("in", "ans", *script_endings(), "files", "out")
VISIBILITIES = ("sample", "visible", "hidden")
SCORINGS = ("all", "sum", "min", "max")

_TEST_FILE = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9_-]*)(?:\.(?P<language>[a-z]{2}))?\.(?P<part>[a-z]+)")
_MISNAMED = _("A test’s file is named <test>.in, <test>.ans, <test>.py, <test>.files/… or <test>.out/….")
_DIGITS = re.compile(r"(\d+)")


@dataclass(slots=True)
class TestFiles:
    """What lies below ``tests/<group>`` for one test, by course language."""

    stdin: dict[str, bytes] = field(default_factory=dict)
    expected: dict[str, bytes] = field(default_factory=dict)
    script: dict[str, bytes] = field(default_factory=dict)
    scripts: dict[str, dict[str, bytes]] = field(default_factory=dict)
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    expected_files: dict[str, dict[str, bytes]] = field(default_factory=dict)


def read_groups(root: Table, source: Source, *, has_validator: bool = False) -> tuple[ActivityGroup, ...]:
    """All test groups in their order; with a validator a test needs no expected output.

    Raises ContentError for the first mistake.
    """
    collected = _collect(source.take_below("tests"))
    tables = root.tables("test_group", most=MAX_GROUPS)
    if not tables:
        raise root.error("test_group", _("A code activity needs at least one group of tests."))
    groups: dict[str, ActivityGroup] = {}
    for table in tables:
        name = table.matching("name", PLAIN_NAME, _("Only letters, digits, “-” and “_” can stand in this name."))
        if name in groups:
            raise table.error("name", _("This name stands here twice."))
        rules = read_group_rules(table, groups)
        tests = _read_tests(table, f"tests/{name}", collected.pop(name, {}), source, has_validator=has_validator)
        groups[name] = replace(_read_group(table, name), tests=tests, **rules)
        table.finish()
    _check_empty(groups, tables)
    for name in collected:
        raise ContentError(
            f"tests/{name}", "", _("activity.toml has no [[test_group]] named “%(name)s”."), {"name": name}
        )
    return tuple(groups.values())


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """The order of names in which 2 comes before 10, and numbers before letters."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(name) if part)


def _check_empty(groups: Mapping[str, ActivityGroup], tables: Sequence[Table]) -> None:
    """A group without tests must hold others."""
    parents = {group.inside for group in groups.values()}
    for group, table in zip(groups.values(), tables, strict=True):
        if not group.tests and group.name not in parents:
            raise table.error("name", _("The group has no test."))


def _read_group(table: Table, name: str) -> ActivityGroup:
    visibility = table.word("visibility", VISIBILITIES, "hidden")
    scoring = table.word("scoring", SCORINGS, "all")
    points = table.points("points", Decimal(0) if visibility == "sample" else None)
    if visibility == "sample" and points:
        raise table.error("points", _("A sample group counts 0 points."))
    return ActivityGroup(
        name=name,
        title=table.localized("title", required=False),
        points=points,
        scoring=cast("Scoring", scoring),
        visibility=cast("Visibility", visibility),
    )


def _read_tests(
    table: Table, folder: str, found: dict[str, TestFiles], source: Source, *, has_validator: bool
) -> tuple[ActivityTest, ...]:
    """The tests that the TOML lists, in its order, then those that only have files, in order of name."""
    tests: dict[str, ActivityTest] = {}
    blame: dict[str, ContentError] = {}
    for item in table.tables("test", most=MAX_TESTS):
        name = item.matching("name", PLAIN_NAME, _("Only letters, digits, “-” and “_” can stand in this name."))
        if name in tests:
            raise item.error("name", _("This name stands here twice."))
        files = found.pop(name, TestFiles())
        _take_inline(item, "input", files.stdin)
        _take_inline(item, "output", files.expected)
        rules = {"title": item.localized("title", required=False), **read_test_rules(item)}
        item.finish()
        blame[name] = item.error("name", "")
        tests[name] = _make_test(blame[name], name, files, rules)
    for name in sorted(found, key=natural_key):
        blame[name] = ContentError(f"{folder}/{name}", "", "")
        tests[name] = _make_test(blame[name], name, found[name], {})
    for test in tests.values():
        if not has_validator and not _is_judged(test):
            sentence = _(
                "The test “%(name)s” has no expected output (.ans), expected file (.out), script (.py) or call."
            )
            raise ContentError(blame[test.name].path, blame[test.name].field, sentence, {"name": test.name})
    if len(tests) > MAX_TESTS:
        raise table.error("test", _("There are more than %(most)s of these."), most=MAX_TESTS)
    for test in tests.values():
        _warn(test, f"{folder}/{test.name}", source.warnings)
    return tuple(tests.values())


def _is_judged(test: ActivityTest) -> bool:
    return bool(test.expected or test.script or test.scripts or test.call or test.expected_files or test.is_static)


def _take_inline(item: Table, key: str, into: dict[str, bytes]) -> None:
    """An input or output written in the TOML: a text, or one for each language."""
    value = item.value(key)
    if value is None:
        return
    if into:
        raise item.error(key, _("The test has this both here and as a file."))
    texts = value if isinstance(value, Mapping) else {BOTH: value}
    for language, text in texts.items():
        if language not in {BOTH, *COURSE_LANGUAGES}:
            raise unknown_name(item.path, item.field(key), str(language), COURSE_LANGUAGES)
        if not isinstance(text, str) or len(text) > MAX_TEXT_LENGTH:
            raise item.error(key, _("A text, or a text for each language, must stand here: {fr = …, en = …}."))
        into[language] = text.encode()


def _make_test(blame: ContentError, name: str, files: TestFiles, rules: Mapping[str, Any]) -> ActivityTest:
    """One test; blame says where it stands, should something be wrong with it."""
    judged_by = [files.expected or files.expected_files, files.script or files.scripts, rules.get("call")]
    if sum(map(bool, [*judged_by, rules.get("is_static")])) > 1:
        sentence = _("A test has one of these: an expected output, a script, a call; a static one has none.")
        raise ContentError(blame.path, blame.field, sentence)
    for values in (files.stdin, files.expected, files.script, *files.scripts.values()):
        if BOTH in values and len(values) > 1:
            sentence = _("Both a file for all languages and one for a single language.")
            raise ContentError(blame.path, blame.field, sentence)
    return ActivityTest(
        name=name,
        stdin=files.stdin,
        expected=files.expected,
        script=files.script,
        scripts=files.scripts,
        files=files.files,
        expected_files=files.expected_files,
        **rules,
    )


def _warn(test: ActivityTest, path: str, warnings: list[ContentWarning]) -> None:
    parts = [(test.stdin, "in"), (test.expected, "ans"), (test.script, "py")]
    for values, suffix in [*parts, *((values, ending) for ending, values in test.scripts.items())]:
        _warn_languages(values, path, suffix, warnings)
        if any(b"\r\n" in content for content in values.values()):
            sentence = _("The lines of this file end as on Windows; some programs stumble over it.")
            warnings.append(ContentWarning(path=f"{path}.{suffix}", sentence=sentence))


def _warn_languages(values: LocalizedBytes, path: str, suffix: str, warnings: list[ContentWarning]) -> None:
    for language in COURSE_LANGUAGES:
        if values and BOTH not in values and language not in values:
            sentence = _("Nothing stands here for the language “%(language)s”; the other language’s is shown.")
            values_of_warning = {"language": language}
            place = f"{path}.{language}.{suffix}"
            warnings.append(ContentWarning(path=place, sentence=sentence, values=values_of_warning))


def _collect(files: Mapping[str, bytes]) -> dict[str, dict[str, TestFiles]]:
    """The files below ``tests/`` by group and test."""
    groups: dict[str, dict[str, TestFiles]] = {}
    for path, content in files.items():
        group, *rest = path.split("/")
        if not rest:
            sentence = _("Tests lie in a folder for each group: tests/<group>/<test>.in.")
            raise ContentError(f"tests/{path}", "", sentence)
        _add_file(groups.setdefault(group, {}), f"tests/{path}", rest, content)
    return groups


def _add_file(tests: dict[str, TestFiles], path: str, rest: Sequence[str], content: bytes) -> None:
    match = _TEST_FILE.fullmatch(rest[0])
    if match is None:
        raise ContentError(path, "", _MISNAMED)
    part, language = match["part"], match["language"] or BOTH
    if part not in PARTS:
        raise unknown_name(path, "", part, PARTS)
    if language not in {BOTH, *COURSE_LANGUAGES}:
        raise unknown_name(path, "", language, COURSE_LANGUAGES)
    if (part in {"files", "out"}) != (len(rest) > 1):
        raise ContentError(path, "", _MISNAMED)
    test = tests.setdefault(match["name"], TestFiles())
    if part in {"files", "out"}:
        folder = test.files if part == "files" else test.expected_files
        folder.setdefault(language, {})["/".join(rest[1:])] = content
    else:
        own = {"in": test.stdin, "ans": test.expected, "py": test.script}
        (own[part] if part in own else test.scripts.setdefault(part, {}))[language] = content
