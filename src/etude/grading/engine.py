"""grade() judges an answer, run_once() runs one for the page's Run. Nothing here knows of a web or a database."""

from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from etude.grading import checkers, languages
from etude.grading.build import Build, Builder
from etude.grading.cases import CaseRunner
from etude.grading.errors import JobError
from etude.grading.jails import JailSet
from etude.grading.job import CheckerRef
from etude.grading.judge import jail_limits, judge_run
from etude.grading.messages import Message, _, clean_text
from etude.grading.scoring import GroupTally, max_points
from etude.grading.verdict import CompileResult, RunResult, Status, Verdict
from etude.jail import IsolationUnavailable, JailError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from etude.grading.job import Job, RunJob, Test, TestGroup
    from etude.grading.languages import Language
    from etude.grading.verdict import GroupResult, TestResult

logger = logging.getLogger(__name__)

ATTEMPTS = 2
_UNAVAILABLE = _("The language %(language)s is not available on this machine.")
_FAULT = _("A fault of this machine, not of the program; it has been logged.")


def grade(
    job: Job,
    jails: JailSet,
    *,
    cache_dir: Path | None = None,
    on_test: Callable[[TestResult], None] | None = None,
) -> Verdict:
    """Judge an answer: compile it, run every test in order, compare, add up.

    cache_dir: compiled programs are kept in its folder `build` (None: not kept). on_test: told each result as soon as
    it is known, in this thread; its points may be None until the group is decided. The tests are run in order and all
    of them, whatever the first ones gave; only an IE ends the judging: the answer must be judged again anyway.

    A fault of ours (jail, checker, compiler cache) is tried again once, then it is the verdict IE, and logged.
    Raises JobError for a job that asks for an unknown checker, or for function tests of a language that has none;
    IsolationUnavailable when this machine cannot isolate programs at all: nothing has run, the answer can wait.
    """
    language = languages.load().get(job.language)
    compare = checkers.resolve(_text_checker(job.checker))
    _check_scripts(job, language)
    if language is None or not language.toolchain.state().is_available:
        message = Message(_UNAVAILABLE, {"language": job.language})
        return _without_tests(job, Status.IE, CompileResult(ok=False), message)
    with Builder(jails, cache_dir) as builder:
        build = _build_twice(builder, language, job)
        if not build.result.ok:
            status = Status.IE if build.is_our_fault else Status.CE
            return _without_tests(job, status, build.result, build.result.message)
        return _judge(job, CaseRunner(job, jails, language, build, compare), build, on_test)


def run_once(job: RunJob, jails: JailSet, *, cache_dir: Path | None = None) -> RunResult:
    """Compile a program and run it once with typed input. Raises IsolationUnavailable as `grade` does."""
    language = languages.load().get(job.language)
    if language is None or not language.toolchain.state().is_available:
        message = Message(_UNAVAILABLE, {"language": job.language})
        return RunResult(status=Status.IE, compile=CompileResult(ok=False), message=message)
    with Builder(jails, cache_dir) as builder:
        build = _build_twice(builder, language, job)
        if build.source is None:
            status = Status.IE if build.is_our_fault else Status.CE
            return RunResult(status=status, compile=build.result, message=build.result.message)
        for attempt in range(ATTEMPTS):
            try:
                return _run(job, jails, language, build)
            except IsolationUnavailable:
                raise
            except (JailError, OSError):
                logger.exception("a run failed, attempt %s", attempt + 1)
    return RunResult(status=Status.IE, compile=build.result, message=Message(_FAULT))


def _run(job: RunJob, jails: JailSet, language: Language, build: Build) -> RunResult:
    assert build.source is not None
    program = language.run(build.source, build.executable)
    jail = jails.for_program(program, job)
    record = jail.run(program, stdin=job.stdin, limits=jail_limits(job.limits, language))
    ending = judge_run(record, job.limits, language, build.source)
    return RunResult(
        status=ending.status,
        compile=build.result,
        stdout=clean_text(record.stdout),
        stderr=clean_text(record.stderr),
        exit_code=record.exit_code,
        signal=record.signal,
        cpu_us=record.cpu_us,
        wall_us=record.wall_us,
        memory_kb=record.memory_kb,
        message=ending.message,
    )


def _text_checker(chosen: CheckerRef) -> CheckerRef:
    """Return the checker for outputs: never the one that reads reports, for an answer could print one."""
    return CheckerRef() if chosen.name == "unit_tests" else chosen


def _check_scripts(job: Job, language: Language | None) -> None:
    if language is None or language.has_function_tests:
        return
    for test in (test for group in job.groups for test in group.tests):
        if test.script is not None:
            sentence = _("The test “%(name)s” has a script, but %(language)s has no function tests.")
            raise JobError(sentence, name=test.name, language=language.label)


def _build_twice(builder: Builder, language: Language, job: Job | RunJob) -> Build:
    """Compile; a fault of the jail or of the cache's folder is tried again once, then it is ours."""
    for attempt in range(ATTEMPTS):
        try:
            return builder.build(language, job)
        except IsolationUnavailable:
            raise
        except (JailError, OSError, ValueError):  # ValueError: a compiler's report that cannot be read
            logger.exception("compiling failed, attempt %s", attempt + 1)
    return Build(result=CompileResult(ok=False, message=Message(_FAULT)), is_our_fault=True)


def _judge_twice(runner: CaseRunner, test: Test, group: TestGroup) -> TestResult:
    """Run one test; what ends as IE is tried again once."""
    result = runner.internal_error(test, group)
    for attempt in range(ATTEMPTS):
        try:
            result = runner.run(test, group)
        except IsolationUnavailable:
            raise
        except Exception:  # whatever it is, it is our fault and must not end the worker
            logger.exception("a test failed, attempt %s", attempt + 1)
        if result.status is not Status.IE:
            break
    return result


def _judge(job: Job, runner: CaseRunner, build: Build, on_test: Callable[[TestResult], None] | None) -> Verdict:
    """Run the groups in order; stop at the first IE, and leave a group that an endless loop has decided."""
    groups: list[GroupResult] = []
    tests: list[TestResult] = []
    for group in job.groups:
        tally = GroupTally(group)
        results: list[TestResult] = []
        for test in group.tests:
            results.append(tally.credit(_judge_twice(runner, test, group)))
            if on_test is not None:
                on_test(results[-1])
            if results[-1].status is Status.IE or _is_decided(group, results[-1]):
                break
        outcome, credited = tally.close(results)
        groups.append(outcome)
        tests += credited
        if results[-1].status is Status.IE:
            break
    return replace(
        _without_tests(job, overall_status(tests), build.result, None),
        score=sum((group.score for group in groups), Decimal("0.00")),
        tests=tuple(tests),
        groups=tuple(groups),
    )


def _is_decided(group: TestGroup, result: TestResult) -> bool:
    """Tell whether the rest of a group can be left out: it counts all or nothing, and an endless loop has lost it.

    Thirty students with an endless loop each would otherwise keep a class waiting for tests that change nothing.
    """
    return group.scoring == "all" and result.status is Status.TLE


def overall_status(tests: Sequence[TestResult]) -> Status:
    """IE if any test is IE, else the first status that is not AC."""
    statuses = [test.status for test in tests]
    if Status.IE in statuses:
        return Status.IE
    return next((status for status in statuses if status is not Status.AC), Status.AC)


def _without_tests(job: Job, status: Status, compiled: CompileResult, message: Message | None) -> Verdict:
    language = languages.load().get(job.language)
    return Verdict(
        status=status,
        score=Decimal("0.00"),
        max_score=sum(map(max_points, job.groups), Decimal("0.00")),
        language=job.language,
        tier=JailSet.tier,
        toolchain=language.toolchain.state().version if language else "",
        compile=compiled,
        message=message,
    )
