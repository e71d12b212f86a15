"""What the engine knows about programming languages and checkers, asked by those who read activities."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etude.grading import checkers, languages
from etude.grading.calls import parse_call
from etude.grading.errors import JobError
from etude.grading.job import VALIDATOR_LIMITS, CheckerRef, Grader, Limits, Validator, check_file_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from etude.content.model import ActivityChecker, ActivityGrader, ActivityValidator


def known_languages() -> tuple[str, ...]:
    """The names of the languages that this version can judge, whether or not this machine has their compilers."""
    return tuple(languages.load())


def language_versions(language: str) -> tuple[str, ...]:
    """The versions of a language that an activity may ask for, the usual one first; () where there is one only."""
    return languages.load()[language].versions


def has_cold_start(language: str) -> bool:
    """Whether programs in a language usually are forks of a warm interpreter, and can be started anew instead."""
    return languages.load()[language].has_cold_start


def source_extensions(language: str) -> tuple[str, ...]:
    """The endings of the names of a language's source files, each with its dot."""
    return languages.load()[language].extensions


def known_checkers() -> tuple[str, ...]:
    """The names of the checkers that this version has."""
    return tuple(checkers.load())


def has_function_tests(language: str) -> bool:
    """Whether scripts can test the functions of answers in a language."""
    return languages.load()[language].has_function_tests


def script_ending(language: str) -> str:
    """The ending of a test script for answers in a language: its own, or Python's."""
    entry = languages.load()[language]
    return entry.extensions[0].removeprefix(".") if entry.scripts is not None else "py"


def script_endings() -> tuple[str, ...]:
    """The endings that test scripts can have, Python's first."""
    own = {script_ending(name) for name in languages.load()}
    return ("py", *sorted(own - {"py"}))


def has_calls(language: str) -> bool:
    """Whether tests of one call can be made of answers in a language."""
    return languages.load()[language].calls is not None


def call_fault(call: str, result: str) -> JobError | None:
    """What is wrong with a call and its result, in the engine's marked words; None if nothing is."""
    try:
        parse_call(call, result)
    except JobError as fault:
        return fault
    return None


def name_fault(names: Iterable[str]) -> JobError | None:
    """What is wrong with names of files beside a program, in the engine's marked words; None if nothing is."""
    try:
        check_file_names(names)
    except JobError as fault:
        return fault
    return None


def engine_validator(validator: ActivityValidator) -> Validator:
    """A validator as the engine wants it. Raises JobError for one that makes no sense."""
    return Validator(
        language=validator.language,
        files=validator.files,
        protocol=validator.protocol,
        is_interactive=validator.is_interactive,
        call=validator.call,
        arguments=validator.arguments,
        points_unit=validator.points_unit,
        tells_student=validator.tells_student,
        max_passes=validator.max_passes,
        limits=_limits_of_judge(validator.time_s, validator.memory_mb),
    )


def engine_grader(grader: ActivityGrader) -> Grader:
    """A grader as the engine wants it. Raises JobError for names of files that cannot be."""
    return Grader(
        language=grader.language, files=grader.files, limits=_limits_of_judge(grader.time_s, grader.memory_mb)
    )


def _limits_of_judge(time_s: Decimal | None, memory_mb: int | None) -> Limits:
    return Limits(
        cpu_time_s=VALIDATOR_LIMITS.cpu_time_s if time_s is None else float(time_s),
        memory_bytes=VALIDATOR_LIMITS.memory_bytes if memory_mb is None else memory_mb << 20,
    )


def validator_fault(validator: ActivityValidator) -> JobError | None:
    """What is wrong with a validator, in the engine's marked words; None if nothing is."""
    try:
        engine_validator(validator)
    except JobError as fault:
        return fault
    return None


def checker_options(checker: ActivityChecker) -> Mapping[str, object]:
    """A checker's options with its fractions as the floats that checkers count with."""
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in checker.options.items()}


def checker_fault(checker: ActivityChecker) -> JobError | None:
    """What is wrong with the options of a checker, in the engine's marked words; None if nothing is."""
    try:
        checkers.resolve(CheckerRef(name=checker.name, options=checker_options(checker)))
    except JobError as fault:
        return fault
    return None


def language_of_files(names: Iterable[str], among: Sequence[str]) -> str | None:
    """The first of some languages that one of the files is written in; None if none is."""
    known = tuple(names)
    for language in among:
        if any(name.endswith(languages.load()[language].extensions) for name in known):
            return language
    return None
