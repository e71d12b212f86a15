"""The example submissions of a package as our solutions, and the files that are compiled with every answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content import ContentError, Solution
from etude.content.errors import mark as _
from etude.importers.kattis.expectations import to_rule
from etude.importers.kattis.programs import CODES, USUAL, language_of, plain_name, program_files
from etude.importers.kattis.rules import OTHER_FOLDERS, annotated, folder_for, stated_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content.model import Files
    from etude.importers.kattis.package import Source
    from etude.importers.kattis.problem import Problem
    from etude.importers.kattis.testdata import TestPlan

FOLDER = "submissions"


@dataclass(slots=True)
class Submissions:
    """What was found. measured: those that the time limit follows from."""

    solutions: list[Solution] = field(default_factory=list)
    measured: list[Solution] = field(default_factory=list)


def read_submissions(source: Source, problem: Problem, plan: TestPlan) -> Submissions:
    """Return the submissions in our languages whose verdict is stated; the others are noted.

    Raises ContentError where none is to be accepted.
    """
    rules_file = None if problem.is_legacy else source.yaml(f"{FOLDER}/submissions.yaml")
    rules = rules_file.mapping if rules_file is not None and rules_file.value is not None else {}
    found = Submissions()
    included = read_includes(source, tuple(CODES.values()))
    names: set[str] = set()
    for path, files in _programs(source).items():
        stated = stated_for(path, rules, source)
        language = language_of(files, stated.language)
        place = f"{FOLDER}/{path}"
        if language is None:
            source.warn(place, _("This submission is in no language that can be judged here; it was left out."))
            continue
        verdicts = stated.verdicts(plan) or OTHER_FOLDERS.get(path.partition("/")[0]) or annotated(files, place, source)
        if not verdicts:
            source.warn(place, _("No verdict is stated for this submission; it was left out."))
            continue
        prepared = program_files(files, language, source, stated.entry, included.get(language, {}))
        program = path.partition("/")[2]
        is_file = set(files) == {program} and not any(name.startswith("main.") for name in prepared)
        name = _free_name(next(iter(prepared)) if is_file else program, folder_for(verdicts), names)
        if is_file:
            prepared = {name: next(iter(prepared.values()))}
        solution = Solution(
            verdict=folder_for(verdicts),
            name=name,
            language=language,
            files=prepared,
            rules=tuple(filter(None, (to_rule(one, plan, source) for one in stated.expectations))),
        )
        found.solutions.append(solution)
        if (stated.is_accepted and stated.bounds) or stated.must_bound:
            found.measured.append(solution)
    if not any(solution.verdict == "accepted" for solution in found.solutions):
        raise ContentError(
            f"{FOLDER}/accepted", "", _("There is no accepted submission in a language that can be judged here.")
        )
    return found


def languages_of(problem: Problem, solutions: list[Solution], source: Source) -> tuple[str, ...]:
    """Return our languages that a problem is offered in: those that it names, or the usual ones."""
    used = {solution.language for solution in solutions}
    if problem.languages is None:
        return (*USUAL, *sorted(used - set(USUAL)))
    named = [CODES[code] for code in problem.languages if code in CODES]
    others = [code for code in problem.languages if code not in CODES]
    if others:
        names = ", ".join(others)
        source.warn("problem.yaml", _("Languages that cannot be judged here were left out: %(names)s."), names=names)
    return tuple(dict.fromkeys([*named, *sorted(used)]))


def read_includes(source: Source, languages: tuple[str, ...]) -> Mapping[str, Files]:
    """Return the files of include/, by our language: those for all languages under those for the one."""
    default = source.below("include/default")
    includes: dict[str, dict[str, bytes]] = {}
    codes = {code: CODES.get(code) for code in source.folders("include")}
    for code, language in codes.items():
        if code != "default" and language not in languages:
            source.warn(f"include/{code}", _("No language of this problem has this name; it was left out."))
    for code, language in CODES.items():
        files = {**default, **source.below(f"include/{code}")}
        if language in languages and files:
            includes[language] = {name: source.with_constants(data) for name, data in files.items()}
    return includes


def _programs(source: Source) -> dict[str, dict[str, bytes]]:
    """Every submission: its path below submissions/, and its files by name."""
    programs: dict[str, dict[str, bytes]] = {}
    for path, data in source.below(FOLDER).items():
        folder, _slash, rest = path.partition("/")
        if not rest:
            if path != "submissions.yaml":
                source.warn(f"{FOLDER}/{path}", _("A submission lies in a folder of its verdict; this was left out."))
            continue
        program, _slash, inner = rest.partition("/")
        if not inner and re.fullmatch(
            r"(README|LICEN[CS]E|Makefile)(\..*)?|.*\.(txt|md|yaml|json|class|o|exe)", program, re.IGNORECASE
        ):
            source.warn(f"{FOLDER}/{path}", _("This is no program; it was left out."))
            continue
        programs.setdefault(f"{folder}/{program}", {})[inner or program] = data
    return programs


def _free_name(wanted: str, folder: str, taken: set[str]) -> str:
    """A name for a solution's file or folder that its folder does not have yet, in any system's spelling."""
    stem, dot, ending = plain_name(wanted).rpartition(".")
    name, number = f"{stem}{dot}{ending}", 1
    while f"{folder}/{name}".casefold() in taken:
        number += 1
        name = f"{stem}-{number}{dot}{ending}" if stem else f"{ending}-{number}"
    taken.add(f"{folder}/{name}".casefold())
    return name
