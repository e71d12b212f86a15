"""From an activity to its files, always the same ones: a second export is byte-identical to the first.

Tests, whether they came inline or as files, are written as files; keys at their default are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import tomlkit

from etude.content.fields import with_plain_line_ends
from etude.content.model import (
    BOTH,
    COURSE_LANGUAGES,
    ActivityChecker,
    ActivityContent,
    ActivityGroup,
    ActivityLimits,
    ActivityTest,
    Choice,
    LanguageSettings,
    LocalizedBytes,
    LocalizedText,
    Question,
    UploadRules,
)
from etude.content.parse_tests import natural_key
from etude.content.write_judging import (
    group_rules,
    judging_files,
    program_rules,
    solution_rules,
    test_rules,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tomlkit.items import AoT, InlineTable, Item, Table

FORMAT = 1


def activity_tree(content: ActivityContent) -> dict[str, bytes]:
    """The files of an activity's folder by relative path, in order of the path."""
    tree = {"activity.toml": activity_toml(content).encode()}
    for language, text in content.statement.items():
        tree[_localized_name("statement", language, "md")] = with_plain_line_ends(text).encode()
    for language, by_course_language in content.starter.items():
        for course_language, files in by_course_language.items():
            folder = f"starter/{language}.{course_language}" if course_language else f"starter/{language}"
            tree.update({f"{folder}/{name}": data for name, data in files.items()})
    for group in content.groups:
        for test in group.tests:
            tree.update(_test_files(f"tests/{group.name}/{test.name}", test))
    for solution in content.solutions:
        single = tuple(solution.files) == (solution.name,)
        folder = f"solutions/{solution.verdict}" if single else solution.path
        tree.update({f"{folder}/{name}": data for name, data in solution.files.items()})
    tree.update({f"files/{name}": data for name, data in content.files.items()})
    tree.update(judging_files(content))
    return dict(sorted(tree.items()))


def activity_toml(content: ActivityContent) -> str:
    """The text of ``activity.toml``."""
    document = tomlkit.document()
    document["format"] = FORMAT
    document["slug"] = content.slug
    document["kind"] = content.kind
    document["title"] = _localized(content.title)
    document["points"] = _number(content.points)
    _put_list(document, "expectations", content.expectations)
    _put_list(document, "languages", content.languages)
    if content.program_files:
        by_language = content.program_files
        document["program_files"] = list(by_language[BOTH]) if BOTH in by_language else _lists(by_language)
    _put_list(document, "pictures", content.pictures)
    if content.verdict != "first":
        document["verdict"] = content.verdict
    if content.kind == "code":
        _put_table(document, "limits", _limits(content.limits))
        if content.language_settings:
            ordered = sorted(content.language_settings.items())
            _put_table(document, "language", {name: _table(_settings(chosen)) for name, chosen in ordered})
        _put_table(document, "checker", _checker(content.checker))
    for name, rules in program_rules(content).items():
        _put_table(document, name, _rules(rules))
    if content.upload is not None:
        _put_table(document, "upload", _upload(content.upload))
    _put_tables(document, "hint", [_hint(hint) for hint in content.hints])
    _put_tables(document, "test_group", [_group(group) for group in content.groups])
    stated = [_rules(fields) for solution in content.solutions for fields in solution_rules(solution)]
    _put_tables(document, "solution", stated)
    _put_tables(document, "question", [_question(question) for question in content.questions])
    return tomlkit.dumps(document)


def _test_files(stem: str, test: ActivityTest) -> Iterator[tuple[str, bytes]]:
    parts: tuple[tuple[str, LocalizedBytes], ...] = (("in", test.stdin), ("ans", test.expected), ("py", test.script))
    for suffix, values in (*parts, *test.scripts.items()):
        for language, data in values.items():
            yield _localized_name(stem, language, suffix), data
    for suffix, by_language in (("files", test.files), ("out", test.expected_files)):
        for language, files in by_language.items():
            for name, data in files.items():
                yield f"{_localized_name(stem, language, suffix)}/{name}", data


def _localized_name(stem: str, language: str, suffix: str) -> str:
    return f"{stem}.{language}.{suffix}" if language else f"{stem}.{suffix}"


def _limits(limits: ActivityLimits) -> dict[str, object]:
    default = ActivityLimits()
    fields: dict[str, object] = {"time_s": _number(limits.time_s), "memory_mb": limits.memory_mb}
    if limits.wall_time_s is not None:
        fields["wall_time_s"] = _number(limits.wall_time_s)
    if limits.output_kb is not None:
        fields["output_kb"] = limits.output_kb
    if limits.may_fork != default.may_fork:
        fields["may_fork"] = limits.may_fork
    return fields


def _settings(settings: LanguageSettings) -> dict[str, object]:
    default = LanguageSettings()
    fields: dict[str, object] = {}
    if settings.version:
        fields["version"] = settings.version
    if settings.time_factor != default.time_factor:
        fields["time_factor"] = _number(settings.time_factor)
    if settings.memory_factor != default.memory_factor:
        fields["memory_factor"] = _number(settings.memory_factor)
    if settings.cold:
        fields["cold"] = True
    if settings.prologue:
        fields["prologue"] = settings.prologue
    return fields


def _checker(checker: ActivityChecker) -> dict[str, object]:
    return {"name": checker.name, **_options(checker.options)}


def _rules(rules: Mapping[str, Any]) -> dict[str, object]:
    """Rules of a group, a test or a validator as TOML has them."""
    return {key: _rule(value) for key, value in rules.items()}


def _rule(value: object) -> object:
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        return _localized(value)
    return list(value) if isinstance(value, tuple) else value


def _options(options: Mapping[str, object]) -> dict[str, object]:
    return {key: _number(value) if isinstance(value, Decimal) else value for key, value in sorted(options.items())}


def _upload(rules: UploadRules) -> dict[str, object]:
    return {
        "extensions": list(rules.extensions),
        "max_files": rules.max_files,
        "max_file_mb": _number(Decimal(rules.max_file_bytes) / 1_000_000),
    }


def _hint(hint: LocalizedText) -> dict[str, object]:
    return {language or "text": _text(hint[language]) for language in (BOTH, *COURSE_LANGUAGES) if language in hint}


def _group(group: ActivityGroup) -> dict[str, object]:
    fields: dict[str, object] = {"name": group.name}
    if group.title:
        fields["title"] = _localized(group.title)
    if group.visibility != "sample":
        fields["points"] = _number(group.points)
    fields["scoring"] = group.scoring
    fields["visibility"] = group.visibility
    fields |= _rules(group_rules(group))
    if group.checker is not None:
        fields["checker"] = _inline(_checker(group.checker))
    names = [test.name for test in group.tests]
    if names != sorted(names, key=natural_key) or any(test.title or test_rules(test) for test in group.tests):
        fields["test"] = _tables(map(_test, group.tests))
    return fields


def _test(test: ActivityTest) -> dict[str, object]:
    title = {"title": _localized(test.title)} if test.title else {}
    return {"name": test.name, **title, **_rules(test_rules(test))}


def _question(question: Question) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": question.id,
        "type": question.type,
        "text": _localized(question.text),
        "points": _number(question.points),
    }
    if question.choices:
        choices = tomlkit.array()
        for choice in question.choices:
            choices.append(_inline(_choice(choice)))
        fields["choices"] = choices.multiline(multiline=True)
    if question.answer is not None:
        fields["answer"] = _number(question.answer)
        fields["tolerance"] = _number(question.tolerance)
    if question.accepted:
        by_language = question.accepted
        fields["accepted"] = list(by_language[BOTH]) if BOTH in by_language else _lists(by_language)
    if question.feedback:
        fields["feedback"] = _localized(question.feedback)
    return fields


def _choice(choice: Choice) -> dict[str, object]:
    fields: dict[str, object] = {"text": _localized(choice.text)}
    if choice.correct:
        fields["correct"] = True
    if choice.feedback:
        fields["feedback"] = _localized(choice.feedback)
    return fields


def _localized(texts: LocalizedText) -> Item:
    if BOTH in texts:
        return _text(texts[BOTH])
    return _inline({language: _text(text) for language, text in sorted(texts.items(), reverse=True) if language})


def _lists(by_language: Mapping[str, Sequence[str]]) -> InlineTable:
    return _inline({language: list(names) for language, names in sorted(by_language.items(), reverse=True)})


def _text(text: str) -> Item:
    plain_text = with_plain_line_ends(text)
    return tomlkit.string(plain_text, multiline="\n" in plain_text)


def _number(number: Decimal) -> Item:
    if number == number.to_integral_value():
        return tomlkit.integer(int(number))
    return tomlkit.float_(f"{number.normalize():f}")


def _inline(fields: Mapping[str, object]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(fields)
    return table


def _table(fields: Mapping[str, object]) -> Table:
    table = tomlkit.table()
    for key, value in fields.items():
        table[key] = value
    return table


def _put_list(document: tomlkit.TOMLDocument, key: str, values: Sequence[str]) -> None:
    if values:
        document[key] = list(values)


def _put_table(document: tomlkit.TOMLDocument, key: str, fields: Mapping[str, object]) -> None:
    document[key] = _table(fields)


def _put_tables(document: tomlkit.TOMLDocument, key: str, tables: Sequence[Mapping[str, object]]) -> None:
    if tables:
        document[key] = _tables(tables)


def _tables(tables: Iterable[Mapping[str, object]]) -> AoT:
    array = tomlkit.aot()
    for fields in tables:
        array.append(_table(fields))
    return array
