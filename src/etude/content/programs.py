"""What the engine knows about programming languages and checkers, asked by those who read activities."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etude.grading import checkers, languages
from etude.grading.errors import JobError
from etude.grading.job import CheckerRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from etude.content.model import ActivityChecker


def known_languages() -> tuple[str, ...]:
    """The names of the languages that this version can judge, whether or not this machine has their compilers."""
    return tuple(languages.load())


def language_versions(language: str) -> tuple[str, ...]:
    """The versions of a language that an activity may ask for, the usual one first; () where there is one only."""
    return languages.load()[language].versions


def has_cold_start(language: str) -> bool:
    """Whether programs in a language usually are forks of a warm interpreter, and can be started anew instead."""
    return languages.load()[language].has_cold_start


def known_checkers() -> tuple[str, ...]:
    """The names of the checkers that this version has."""
    return tuple(checkers.load())


def has_function_tests(language: str) -> bool:
    """Whether scripts can test the functions of answers in a language."""
    return languages.load()[language].has_function_tests


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
