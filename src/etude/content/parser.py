"""From a tree of files to an activity: the one place where the format is checked, whatever it came from."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, cast

from etude.content.errors import ContentError, unknown_name
from etude.content.errors import mark as _
from etude.content.fields import CENT, MAX_LINE_LENGTH, Table, parse_toml, plain
from etude.content.model import (
    BOTH,
    COURSE_LANGUAGES,
    ActivityContent,
    ActivityLimits,
    Files,
    Kind,
    UploadRules,
    VerdictOf,
)
from etude.content.names import SLUG, check_path, check_unique
from etude.content.parse_judging import (
    VERDICTS_OF,
    read_checker,
    read_grader,
    read_includes,
    read_static_validator,
    read_validator,
)
from etude.content.parse_languages import read_language_settings, read_languages
from etude.content.parse_quiz import read_questions
from etude.content.parse_solutions import read_answers, read_solutions
from etude.content.parse_tests import read_groups
from etude.content.programs import has_calls, has_function_tests, name_fault, script_ending
from etude.content.solution_rules import with_rules
from etude.content.source import Source, split_language
from etude.content.uploads import MAX_FILE_BYTES, MAX_FILES, TYPE_OF_EXTENSION
from etude.grading.job import MAX_PICTURES

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
KINDS = ("code", "upload", "quiz")
MAX_HINTS = 10
MAX_EXPECTATIONS = 50

_EXPECTATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_:-]*")


def parse_activity(tree: Mapping[str, bytes]) -> ActivityContent:
    """Check a tree of files and make an activity of it. Raises ContentError for the first mistake."""
    check_unique(check_path(path) for path in tree)
    source = Source(tree)
    toml = source.take("activity.toml")
    if toml is None:
        raise ContentError("activity.toml", "", _("This file is missing."))
    root = parse_toml(toml, "activity.toml", source.warnings)
    if root.whole("format", lowest=1, highest=1_000_000) != FORMAT:
        raise root.error("format", _("This Étude reads format %(known)s only."), known=FORMAT)
    content = _read_common(root, source)
    content = {"code": _read_code, "quiz": _read_quiz, "upload": _read_upload}[content.kind](content, root, source)
    root.finish()
    source.finish()
    return replace(content, warnings=tuple(source.warnings))


def _read_common(root: Table, source: Source) -> ActivityContent:
    """What every kind has. Points, when they are not given, are filled in by the kind."""
    return ActivityContent(
        slug=root.matching("slug", SLUG, _("A slug is made of small letters, digits and single hyphens.")),
        kind=cast("Kind", root.word("kind", KINDS)),
        title=root.localized("title", longest=MAX_LINE_LENGTH),
        statement=source.take_texts("statement", "md"),
        points=root.points("points", Decimal(-1)),
        expectations=_read_expectations(root),
        hints=tuple(_read_hint(table) for table in root.tables("hint", most=MAX_HINTS)),
        files=source.take_below("files"),
    )


def _read_hint(table: Table) -> Mapping[str, str]:
    if table.has("text"):
        text = table.localized("text")
        table.finish()
        return text
    return table.this_localized()


def _read_expectations(root: Table) -> tuple[str, ...]:
    codes = root.texts("expectations", most=MAX_EXPECTATIONS)
    for code in codes:
        if not _EXPECTATION.fullmatch(code):
            raise root.error("expectations", _("An expectation is named by its code, such as ICS3U/A2.1."))
    return codes


def _read_code(content: ActivityContent, root: Table, source: Source) -> ActivityContent:
    languages = read_languages(root)
    validator = read_validator(root, source)
    content = replace(
        content,
        languages=languages,
        language_settings=read_language_settings(root.table("language"), languages),
        limits=_read_limits(root.table("limits")),
        checker=read_checker(root.table("checker")),
        validator=validator,
        static_validator=read_static_validator(root, source),
        grader=read_grader(root, source),
        verdict=cast("VerdictOf", root.word("verdict", VERDICTS_OF, "first")),
        program_files=_read_program_files(root, content.files),
        pictures=_read_pictures(root),
        includes=read_includes(source, languages),
        groups=read_groups(root, source, has_validator=validator is not None),
        starter=_read_starter(source, languages),
        solutions=read_solutions(source, content.kind, languages),
    )
    content = replace(content, solutions=with_rules(root, content.solutions, content.groups))
    _check_scripts(root, content)
    if content.static_validator is None and any(test.is_static for group in content.groups for test in group.tests):
        raise root.error("static_validator", _("There are static tests, but no static validator."))
    if content.grader is None and any(group.is_graded for group in content.groups):
        raise root.error("grader", _("There are groups for a grader, but no grader."))
    total = sum((group.points for group in content.groups if not group.inside), Decimal(0))
    return replace(content, points=_same_points(root, content.points, total))


def _read_quiz(content: ActivityContent, root: Table, source: Source) -> ActivityContent:
    questions = read_questions(root)
    content = replace(content, questions=questions, solutions=read_solutions(source, content.kind, ()))
    for solution in content.solutions:
        read_answers(solution, questions)
    total = sum((question.points for question in questions), Decimal(0))
    return replace(content, points=_same_points(root, content.points, total))


def _read_upload(content: ActivityContent, root: Table, source: Source) -> ActivityContent:
    table = root.table("upload")
    extensions = tuple(dict.fromkeys(text.lower().removeprefix(".") for text in table.texts("extensions")))
    if not extensions:
        raise table.error("extensions", _("At least one extension must stand here, such as “pdf”."))
    for extension in extensions:
        if extension not in TYPE_OF_EXTENSION:
            raise unknown_name(table.path, table.field("extensions"), extension, TYPE_OF_EXTENSION)
    largest = Decimal(MAX_FILE_BYTES) / 1_000_000
    size_mb = table.number("max_file_mb", largest, lowest=Decimal("0.001"), highest=largest)
    rules = UploadRules(
        extensions=extensions,
        max_files=table.whole("max_files", 1, lowest=1, highest=MAX_FILES),
        max_file_bytes=int((size_mb * 1_000_000).to_integral_value(ROUND_HALF_UP)),
    )
    table.finish()
    if content.points < 0:
        raise root.error("points", _("This is missing."))
    return replace(content, upload=rules, solutions=read_solutions(source, content.kind, ()))


def _same_points(root: Table, given: Decimal, total: Decimal) -> Decimal:
    """The points of the parts; the activity's own, if they are given, must be the same."""
    if given >= 0 and given != total:
        sentence = _("Here stand %(given)s points, but the parts add up to %(total)s.")
        raise root.error("points", sentence, given=plain(given), total=plain(total))
    return plain(total.quantize(CENT))


def _check_scripts(root: Table, content: ActivityContent) -> None:
    """Scripts and calls can only test languages whose functions can be called."""
    tests = [test for group in content.groups for test in group.tests]
    for language in content.languages:
        if any(test.call for test in tests) and not has_calls(language):
            sentence = _("The tests call functions, but functions in %(language)s cannot be tested.")
            raise root.error("languages", sentence, language=language)
        if any(test.script or test.scripts for test in tests) and not has_function_tests(language):
            sentence = _("The tests have scripts, but functions in %(language)s cannot be tested by scripts.")
            raise root.error("languages", sentence, language=language)
        ending = script_ending(language)
        for test in tests:
            if (test.script or test.scripts) and not (test.script if ending == "py" else test.scripts.get(ending)):
                sentence = _("The test “%(name)s” has no script for answers in %(language)s (.%(ending)s).")
                raise root.error("languages", sentence, name=test.name, language=language, ending=ending)


def _read_limits(table: Table) -> ActivityLimits:
    default = ActivityLimits()
    shortest, longest = Decimal("0.01"), Decimal(300)
    time_s = table.number("time_s", default.time_s, lowest=shortest, highest=longest)
    limits = ActivityLimits(
        time_s=time_s,
        wall_time_s=table.number("wall_time_s", lowest=time_s, highest=longest) if table.has("wall_time_s") else None,
        memory_mb=table.whole("memory_mb", default.memory_mb, lowest=16, highest=8192),
        output_kb=table.whole("output_kb", lowest=1, highest=65_536) if table.has("output_kb") else None,
        may_fork=table.flag("may_fork"),
    )
    table.finish()
    return limits


def _read_program_files(root: Table, files: Files) -> Mapping[str, tuple[str, ...]]:
    """The names of the files that stand beside the program: a list, or a list for each course language."""
    if not root.has("program_files"):
        return {}
    if isinstance(root.value("program_files"), list):
        names = {BOTH: root.texts("program_files")}
    else:
        table = root.table("program_files")
        names = {language: table.texts(language) for language in COURSE_LANGUAGES if table.has(language)}
        table.finish()
    for name in (name for list_of_names in names.values() for name in list_of_names):
        if name not in files:
            raise root.error("program_files", _("There is no file files/%(name)s."), name=name)
    return names


def _read_pictures(root: Table) -> tuple[str, ...]:
    """The names of the files that are kept for the student when the program writes them."""
    names = root.texts("pictures", most=MAX_PICTURES)
    fault = name_fault(names)
    if fault is not None:
        raise root.error("pictures", _("This does not fit together: %(fault)s"), fault=fault)
    return names


def _read_starter(source: Source, languages: tuple[str, ...]) -> Mapping[str, Mapping[str, Files]]:
    starter: dict[str, dict[str, dict[str, bytes]]] = {}
    for path, content in source.take_below("starter").items():
        folder, _slash, name = path.partition("/")
        language, course_language = split_language(folder)
        if not name or language not in languages:
            sentence = _("Starter files lie in starter/<language>/ or starter/<language>.<fr|en>/.")
            raise ContentError(f"starter/{path}", "", sentence)
        starter.setdefault(language, {}).setdefault(course_language, {})[name] = content
    return starter
