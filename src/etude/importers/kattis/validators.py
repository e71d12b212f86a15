"""Who says whether an output is right: the default validator, which is one of our checkers, or the package's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from etude.content import ActivityChecker, ActivityGrader, ActivityValidator, ContentError
from etude.content.errors import mark as _
from etude.grading.job import STATIC_LANGUAGES
from etude.importers.kattis.programs import language_of, program_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.importers.kattis.package import Source
    from etude.importers.kattis.problem import Problem

FOLDERS = ("output_validator", "output_validators")
GRADERS = "graders"
STATIC_FOLDER = "static_validator"
_TOLERANCES = {
    "float_tolerance": ("absolute_tolerance", "relative_tolerance"),
    "float_absolute_tolerance": ("absolute_tolerance",),
    "float_relative_tolerance": ("relative_tolerance",),
}
_FLAGS = ("case_sensitive", "space_change_sensitive")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputJudge:
    """validator: the package's own, None for the default one, which `checker` then stands for.

    static: what judges the text of answers, None where the package has no such program.
    """

    validator: ActivityValidator | None = None
    static: ActivityValidator | None = None


def read_judge(source: Source, problem: Problem) -> OutputJudge:
    """Return who judges outputs. Raises ContentError for a validator that cannot be run here."""
    static = None
    if not problem.is_legacy and source.has(STATIC_FOLDER):
        static = replace(_read_program(source, problem, (STATIC_FOLDER,)), protocol="static")
        if static.language not in STATIC_LANGUAGES:
            raise ContentError(STATIC_FOLDER, "", _("A static validator must be written in Python, C or C++."))
    if not problem.is_custom:
        return replace(_default_judge(source, problem), static=static)
    validator = replace(
        _read_program(source, problem, FOLDERS),
        is_interactive=problem.is_interactive,
        max_passes=problem.limits.passes,
    )
    return OutputJudge(validator=validator, static=static)


def read_grader(source: Source, problem: Problem) -> ActivityGrader | None:
    """Return the package's own grader; None where it has none. Raises ContentError for one that cannot be run here."""
    if not problem.is_legacy or not source.has(GRADERS):
        return None
    folder, files = _find_program(source, (GRADERS,))
    language = language_of(files)
    if language is None:
        raise ContentError(folder, "", _("The grader is in no language that can be judged here."))
    return ActivityGrader(
        language=language,
        files=program_files(files, language, source),
        time_s=problem.limits.validation_time_s,
        memory_mb=problem.limits.validation_memory_mb,
    )


def _read_program(source: Source, problem: Problem, folders: Sequence[str]) -> ActivityValidator:
    """The program in the first of these folders that is there."""
    folder, files = _find_program(source, folders)
    language = language_of(files)
    if language is None:
        raise ContentError(folder, "", _("The validator is in no language that can be judged here."))
    for script in ("build", "run"):
        if files.pop(script, None) is not None:
            source.warn(f"{folder}/{script}", _("This script is not run: the program is built as its language asks."))
    return ActivityValidator(
        language=language,
        files=program_files(files, language, source),
        points_unit="penalty" if problem.is_best_smallest else "points",
        time_s=problem.limits.validation_time_s,
        memory_mb=problem.limits.validation_memory_mb,
    )


def _default_judge(source: Source, problem: Problem) -> OutputJudge:
    if problem.is_interactive or "multi-pass" in problem.types:
        sentence = _("Interactive and multi-pass problems need a validator of their own.")
        raise ContentError("problem.yaml", "", sentence)
    for folder in FOLDERS:
        if source.has(folder):
            source.warn(folder, _("The package says that it does not use this validator; it was left out."))
    return OutputJudge()


def _find_program(source: Source, folders: Sequence[str]) -> tuple[str, dict[str, bytes]]:
    """The one program in the validator's folder: the folder itself, a folder in it, or a file in it."""
    for folder in folders:
        files = source.below(folder)
        if not files:
            continue
        programs = sorted({name.partition("/")[0] for name in files})
        inner = [name for name in source.folders(folder) if language_of(source.below(f"{folder}/{name}"))]
        own = {name: data for name, data in files.items() if "/" not in name}
        if language_of(own) and (folder != FOLDERS[1] or len(inner) == 0):
            several = (
                folder == FOLDERS[1] and sum(language_of({name: data}) is not None for name, data in own.items()) > 1
            )
            if several and not {"__main__.py", "main.py"} & set(own):
                raise ContentError(folder, "", _("Several validators for one problem cannot be judged here."))
            return folder, files
        if len(inner) > 1:
            raise ContentError(folder, "", _("Several validators for one problem cannot be judged here."))
        if inner:
            return f"{folder}/{inner[0]}", source.below(f"{folder}/{inner[0]}")
        raise ContentError(f"{folder}/{programs[0]}", "", _("The validator is in no language that can be judged here."))
    raise ContentError(FOLDERS[1], "", _("The problem has a validator of its own, but there is none."))


def checker_of(arguments: Sequence[str], where: str) -> ActivityChecker:
    """Return our checker for the default validator with these arguments; where: the file that has them.

    Raises ContentError for one that the default validator does not know.
    """
    options: dict[str, object] = {"case_sensitive": False, "space_change_sensitive": False}
    tolerances: dict[str, Decimal] = {}
    rest = list(arguments)
    while rest:
        flag = rest.pop(0)
        if flag in _FLAGS:
            options[flag] = True
        elif flag in _TOLERANCES:
            tolerances |= dict.fromkeys(_TOLERANCES[flag], _tolerance(rest, flag, where))
        else:
            raise ContentError(where, "", _("The default validator has no argument “%(flag)s”."), {"flag": flag})
    if not tolerances:
        return ActivityChecker(name="tokens", options=options)
    zero = {"absolute_tolerance": Decimal(0), "relative_tolerance": Decimal(0)}
    return ActivityChecker(name="floats", options={**options, **zero, **tolerances})


def _tolerance(rest: list[str], flag: str, where: str) -> Decimal:
    try:
        number = Decimal(rest.pop(0))
        if number.is_finite() and 0 <= number <= 1_000_000:
            return number
    except (IndexError, InvalidOperation):
        pass
    raise ContentError(where, "", _("Behind “%(flag)s” a number must stand."), {"flag": flag})
