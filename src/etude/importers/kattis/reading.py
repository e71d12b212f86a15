"""From the files of a Kattis package to an activity."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content import ActivityChecker, ActivityContent, ActivityLimits, parse_activity
from etude.content.errors import mark as _
from etude.content.writer import activity_tree
from etude.importers.kattis.groups_legacy import read_legacy_groups
from etude.importers.kattis.groups_new import read_new_groups
from etude.importers.kattis.package import Source, without_ignored
from etude.importers.kattis.problem import FILE, read_problem
from etude.importers.kattis.submissions import languages_of, read_includes, read_submissions
from etude.importers.kattis.testdata import OTHER_FOLDERS
from etude.importers.kattis.texts import read_texts
from etude.importers.kattis.validators import GRADERS, STATIC_FOLDER, read_grader, read_judge
from etude.importers.time_limits import TimeRule, measure

if TYPE_CHECKING:
    from etude.content import Solution
    from etude.importers import IncomingPackage
    from etude.importers.bench import Bench
    from etude.importers.kattis.problem import Limits, Problem

NOT_USED = (
    "attachments", "solution", "generators", "input_validators", "input_format_validators", "input_visualizer",
    "output_visualizer", "test_case_visualizer",
)  # fmt: skip


def read(package: IncomingPackage, bench: Bench) -> ActivityContent:
    """Return a Kattis package as an activity; what has no place in one is named in its warnings.

    The limit of time, where none is stated, follows from the slowest accepted submission, which runs on the bench.
    Raises ContentError with file and line for the first mistake; JailError where the bench cannot run programs.
    """
    source = Source(package.name, package.files)
    problem = read_problem(source)
    if not problem.is_legacy:
        source = without_ignored(source)
        source.constants = problem.constants
    _note_unused(source, problem)
    judge = read_judge(source, problem)
    plan = (read_legacy_groups if problem.is_legacy else read_new_groups)(source, problem, judge)
    grader = read_grader(source, problem)
    submissions = read_submissions(source, problem, plan)
    languages = languages_of(problem, submissions.solutions, source)
    texts = read_texts(source, problem)
    content = ActivityContent(
        slug=slug_of(package.name),
        kind="code",
        title=texts.titles,
        statement=texts.statements,
        points=sum((group.points for group in plan.groups if not group.inside), Decimal(0)),
        languages=languages,
        limits=_limits(problem.limits),
        checker=plan.checker or ActivityChecker(),
        validator=judge.validator,
        static_validator=judge.static,
        grader=grader if any(group.is_graded for group in plan.groups) else None,
        verdict=plan.verdict,
        includes=read_includes(source, languages),
        groups=plan.groups,
        solutions=tuple(submissions.solutions),
        files=texts.files,
    )
    parse_activity(activity_tree(content))  # what we made must be what we read
    content = _timed(content, problem, submissions.measured, bench)
    return replace(content, warnings=tuple(source.warnings))


def slug_of(name: str) -> str:
    """Return a slug for a package's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "problem"


def _limits(limits: Limits) -> ActivityLimits:
    return ActivityLimits(
        time_s=limits.time_s or Decimal(1), memory_mb=limits.memory_mb, output_kb=limits.output_mb * 1024
    )


def _timed(content: ActivityContent, problem: Problem, measured: list[Solution], bench: Bench) -> ActivityContent:
    """The activity with its limit of time."""
    limits = problem.limits
    if limits.time_s is not None:
        return content
    rule = TimeRule(factor=limits.factor, least_s=limits.resolution_s, resolution_s=limits.resolution_s)
    slowest_s = measure(content, bench.judge, path=FILE, solutions=measured)
    return replace(content, limits=replace(content.limits, time_s=rule.limit_s(slowest_s)))


def _note_unused(source: Source, problem: Problem) -> None:
    """Name the folders of the package that nothing is made of."""
    names = [name for name in (*NOT_USED, *((STATIC_FOLDER,) if problem.is_legacy else ())) if source.has(name)]
    if source.has(GRADERS) and not problem.is_legacy:
        names.append(GRADERS)
    names += [f"data/{name}" for name in OTHER_FOLDERS if source.has(f"data/{name}")]
    if names:
        source.warn("", _("These folders are not used here: %(names)s."), names=", ".join(names))
