"""Reading how an activity is judged beyond inputs and outputs: rules of groups and tests, the validator, `include/`."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from etude.content.errors import ContentError, unknown_name
from etude.content.errors import mark as _
from etude.content.fields import MAX_POINTS
from etude.content.model import ActivityChecker, ActivityGrader, ActivityValidator
from etude.content.programs import (
    call_fault,
    checker_fault,
    known_checkers,
    known_languages,
    name_fault,
    validator_fault,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from etude.content.fields import Table
    from etude.content.model import Files, PointsUnit, Protocol
    from etude.content.source import Source

ON_REJECT = ("continue", "stop", "stop_all")
VERDICTS_OF = ("first", "worst", "any", "always")
PROTOCOLS = ("kattis", "testlib", "exit_code", "peg", "dmoj")
POINTS_UNITS = ("share", "percent", "points", "penalty")
MAX_ARGUMENTS = 50
MAX_PASSES = 100
MAX_CALL_LENGTH = 10_000


def read_checker(table: Table) -> ActivityChecker:
    """A checker and its options. Raises ContentError for one that the engine does not have."""
    default = ActivityChecker()
    name = table.word("name", known_checkers(), default.name)
    options = {key: table.value(key) for key in table.names() if key != "name"}
    for key, value in options.items():
        if not isinstance(value, bool | int | str | Decimal):
            raise table.error(key, _("A number, a text, true or false must stand here."))
    checker = ActivityChecker(name=name, options=options)
    fault = checker_fault(checker)
    if fault is not None:
        raise table.error("name", _("These options do not fit the checker: %(fault)s"), fault=fault)
    return checker


def read_group_rules(table: Table, before: Collection[str]) -> dict[str, Any]:
    """What a group says of itself beside its name, points and tests. before: the names of the groups before it."""
    inside = table.text("inside", "")
    requires = table.texts("requires")
    for key, name in (("inside", inside), *(("requires", name) for name in requires)):
        if name and name not in before:
            raise table.error(key, _("No group of this name stands before this one."))
    return {
        "inside": inside,
        "requires": requires,
        "on_reject": table.word("on_reject", ON_REJECT, "continue"),
        "verdict": table.word("verdict", VERDICTS_OF, "first"),
        "checker": read_checker(table.table("checker")) if table.has("checker") else None,
        "validator_arguments": table.texts("validator_arguments", most=MAX_ARGUMENTS),
        "is_graded": table.flag("graded"),
        "grader_arguments": table.texts("grader_arguments", most=MAX_ARGUMENTS),
    }


def read_test_rules(item: Table) -> dict[str, Any]:
    """What ``[[test_group.test]]`` says of a test beside its name, title, input and output."""
    call = item.localized("call", required=False, longest=MAX_CALL_LENGTH)
    result = item.localized("result", required=False, longest=MAX_CALL_LENGTH)
    if bool(call) != bool(result):
        raise item.error("call" if call else "result", _("A call has a result, and a result a call."))
    _check_calls(item, call, result)
    points = item.points("points") if item.has("points") else None
    if points == 0:
        raise item.error("points", _("The number must lie between %(lowest)s and %(highest)s."), lowest="0.01",
                         highest=MAX_POINTS)  # fmt: skip
    whole = Decimal(1) if points is None else points
    return {
        "call": call,
        "result": result,
        "arguments": item.texts("arguments", most=MAX_ARGUMENTS),
        "points": points,
        "reject_points": item.number("reject_points", Decimal(0), lowest=Decimal(0), highest=whole),
        "validator_arguments": item.texts("validator_arguments", most=MAX_ARGUMENTS),
        "is_static": item.flag("static"),
    }


def _check_calls(item: Table, call: Mapping[str, str], result: Mapping[str, str]) -> None:
    """Each call must fit each result that it may meet."""
    for one in call.values():
        for other in result.values():
            fault = call_fault(one, other)
            if fault is not None:
                raise item.error("call", _("This is no call with plain values: %(fault)s"), fault=fault)


def read_validator(root: Table, source: Source) -> ActivityValidator | None:
    """The validator of ``[validator]`` and ``validator/``. Raises ContentError when only one of them is there."""
    table = _table_with_files(root, source, "validator")
    if table is None:
        return None
    common = _read_program(table, source.take_below("validator"))
    validator = replace(
        common,
        protocol=cast("Protocol", table.word("protocol", PROTOCOLS, "kattis")),
        is_interactive=table.flag("interactive"),
        call=table.texts("call", most=MAX_ARGUMENTS),
        max_passes=table.whole("max_passes", 1, lowest=1, highest=MAX_PASSES),
    )
    return _whole(table, validator)


def read_static_validator(root: Table, source: Source) -> ActivityValidator | None:
    """The one of ``[static_validator]`` and ``static_validator/``. Raises ContentError as `read_validator` does."""
    table = _table_with_files(root, source, "static_validator")
    if table is None:
        return None
    return _whole(table, replace(_read_program(table, source.take_below("static_validator")), protocol="static"))


def read_grader(root: Table, source: Source) -> ActivityGrader | None:
    """The one of ``[grader]`` and ``grader/``. Raises ContentError when only one of them is there."""
    table = _table_with_files(root, source, "grader")
    if table is None:
        return None
    files = source.take_below("grader")
    fault = name_fault(files)
    if fault is not None:
        raise table.error("language", _("This does not fit together: %(fault)s"), fault=fault)
    grader = ActivityGrader(language=table.word("language", known_languages()), files=files, **_limits(table))
    table.finish()
    return grader


def _limits(table: Table) -> dict[str, Any]:
    """The limits of one run of a teacher's program."""
    has_time, has_memory = table.has("time_s"), table.has("memory_mb")
    return {
        "time_s": table.number("time_s", lowest=Decimal("0.01"), highest=Decimal(300)) if has_time else None,
        "memory_mb": table.whole("memory_mb", lowest=16, highest=8192) if has_memory else None,
    }


def _table_with_files(root: Table, source: Source, name: str) -> Table | None:
    """The table of a program that has a folder of the same name; None where there is neither."""
    has_files = bool(source.take_below(name))
    if has_files != root.has(name):
        sentence = (
            _("The folder %(name)s/ has files, but activity.toml has no [%(name)s].")
            if has_files
            else _("The folder %(name)s/ has no files, but activity.toml has [%(name)s].")
        )
        raise root.error(name, sentence, name=name)
    return root.table(name) if has_files else None


def _read_program(table: Table, files: Files) -> ActivityValidator:
    """What all validators have."""
    return ActivityValidator(
        language=table.word("language", known_languages()),
        files=files,
        arguments=table.texts("arguments", most=MAX_ARGUMENTS),
        points_unit=cast("PointsUnit", table.word("points_unit", POINTS_UNITS, "share")),
        tells_student=table.flag("tells_student"),
        **_limits(table),
    )


def _whole(table: Table, validator: ActivityValidator) -> ActivityValidator:
    """The validator, when the engine takes it and nothing else stands in its table."""
    table.finish()
    fault = validator_fault(validator)
    if fault is not None:
        raise table.error("language", _("This does not fit together: %(fault)s"), fault=fault)
    return validator


def read_includes(source: Source, languages: Sequence[str]) -> Mapping[str, Files]:
    """The files of ``include/<language>/``, by language."""
    includes: dict[str, dict[str, bytes]] = {}
    for path, content in source.take_below("include").items():
        language, _slash, name = path.partition("/")
        if not name:
            sentence = _("Files in include/ lie in a folder for each language: include/<language>/….")
            raise ContentError(f"include/{path}", "", sentence)
        if language not in languages:
            raise unknown_name(f"include/{path}", "", language, languages)
        includes.setdefault(language, {})[name] = content
    return includes
