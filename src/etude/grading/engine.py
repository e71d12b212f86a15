"""grade() judges an answer, run_once() runs one for the page's Run. Nothing here knows of a web or a database."""

from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from etude.grading import languages
from etude.grading.ahead import RunAhead
from etude.grading.build import Build, Builder, unchecked
from etude.grading.cases import CaseRunner
from etude.grading.comparing import Comparer
from etude.grading.errors import CannotJudgeError, JobError
from etude.grading.groups import GroupWalk, tests_in_order
from etude.grading.judge import jail_limits, judge_run
from etude.grading.messages import Message, _, clean_text
from etude.grading.scoring import max_points_of
from etude.grading.teachers_programs import FAULT, build_grader, build_twice, build_validator, unavailable
from etude.grading.verdict import CompileResult, RunResult, Status, Verdict
from etude.grading.wrapping import Wrapped, needs_program, wrap
from etude.jail import IsolationUnavailable, JailError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etude.grading.graders import BuiltGrader
    from etude.grading.jails import JailSet
    from etude.grading.job import Job, RunJob, Test, TestGroup
    from etude.grading.languages import Language
    from etude.grading.verdict import TestResult

logger = logging.getLogger(__name__)

ATTEMPTS = 2
REDUCED = "reduced"
_NOT_IN_THIS_TIER = _(
    "This answer would have to start processes, which the reduced isolation of this machine cannot hold; it needs a"
    " machine with the full one."
)


def grade(
    job: Job,
    jails: JailSet,
    *,
    cache_dir: Path | None = None,
    on_test: Callable[[TestResult], None] | None = None,
) -> Verdict:
    """Judge an answer: compile it, run every test in order, compare, add up.

    cache_dir: compiled programs are kept in its folder `build` (None: not kept). on_test: told each result as soon as
    it is known, in this thread; its points may be None until the group is decided. Samples are run first, then the
    tests in order and all of them, whatever the first ones gave, unless their groups say otherwise; an IE ends the
    judging: the answer must be judged again anyway.

    A fault of ours (jail, checker, compiler cache) is tried again once, then it is the verdict IE, and logged; so is a
    fault of the job's own validator: the message says so, and `judge_note` what it said.
    Raises JobError for a job that asks for an unknown checker, or for calls of functions in a language that has none;
    IsolationUnavailable when this machine cannot isolate programs at all: nothing has run, the answer can wait.
    """
    return replace(_grade(job, jails, cache_dir, on_test), tier=jails.tier)


def _grade(job: Job, jails: JailSet, cache_dir: Path | None, on_test: Callable[[TestResult], None] | None) -> Verdict:
    language = languages.load().get(job.language)
    _check_calls(job, language)
    comparer = Comparer(job, jails)
    if language is None or not language.toolchain.state().is_available:
        return _without_tests(job, Status.IE, CompileResult(ok=False), unavailable(job.language))
    if _is_too_much(job, language, jails):
        return _without_tests(job, Status.IE, CompileResult(ok=False), Message(_NOT_IN_THIS_TIER))
    with Builder(jails, cache_dir) as builder:
        try:
            wrapped, build = _build_for(builder, language, job)
            if not build.result.ok:
                return _uncompiled(job, build)
            comparer = replace(comparer, validator=build_validator(builder, job, job.validator))
            static = build_validator(builder, job, job.static_validator)
            grader = build_grader(builder, job, jails)
            runner = CaseRunner(job, jails, language, build, comparer, wrapped, static)
            return _judge(runner, builder, on_test, grader)
        except _DoesNotCompileError as error:
            return _uncompiled(job, error.build)
        except CannotJudgeError as error:
            return _without_tests(job, Status.IE, CompileResult(ok=True), error.sentence)


def run_once(job: RunJob, jails: JailSet, *, cache_dir: Path | None = None) -> RunResult:
    """Compile a program and run it once with typed input. Raises IsolationUnavailable as `grade` does."""
    language = languages.load().get(job.language)
    if language is None or not language.toolchain.state().is_available:
        return RunResult(status=Status.IE, compile=CompileResult(ok=False), message=unavailable(job.language))
    if _is_too_much(job, language, jails):
        return RunResult(status=Status.IE, compile=CompileResult(ok=False), message=Message(_NOT_IN_THIS_TIER))
    with Builder(jails, cache_dir) as builder:
        build = unchecked(language, job) or build_twice(lambda: builder.build(language, job))
        result = None if build.source is None else _run_twice(job, jails, language, build)
        if result is not None and not build.is_checked:
            build = _proven(builder, language, job, build, result.exit_code)
    if result is None or not build.result.ok:
        status = Status.IE if build.is_our_fault else Status.CE
        return RunResult(status=status, compile=build.result, message=build.result.message)
    return result


def _run_twice(job: RunJob, jails: JailSet, language: Language, build: Build) -> RunResult:
    for attempt in range(ATTEMPTS):
        try:
            return _run(job, jails, language, build)
        except IsolationUnavailable:
            raise
        except (JailError, OSError) as fault:
            logger.warning("a run failed, attempt %s: %s", attempt + 1, fault)
    return RunResult(status=Status.IE, compile=build.result, message=Message(FAULT))


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


def _is_too_much(job: Job | RunJob, language: Language, jails: JailSet) -> bool:
    return jails.tier == REDUCED and (job.limits.may_fork or language.needs_processes)


def _check_calls(job: Job, language: Language | None) -> None:
    if language is None:
        return
    for test in job.tests:
        if test.script is not None and not language.has_function_tests:
            sentence = _("The test “%(name)s” has a script, but %(language)s has no function tests.")
            raise JobError(sentence, name=test.name, language=language.label)
        if test.call is not None and language.calls is None:
            sentence = _("The test “%(name)s” has a call, but calls in %(language)s cannot be tested.")
            raise JobError(sentence, name=test.name, language=language.label)


def _build_for(builder: Builder, language: Language, job: Job) -> tuple[Wrapped, Build]:
    """Build the answer as a program where tests run it, and with what calls it where tests call it."""
    hopeful = unchecked(language, job)
    if hopeful is not None:
        return Wrapped(), hopeful
    build = build_twice(lambda: builder.build(language, job)) if needs_program(language, job) else None
    has_calls = any(test.call is not None or (test.script is not None and language.scripts) for test in job.tests)
    if build is not None and (build.source is None or not has_calls):
        return Wrapped(), build
    made: list[Wrapped] = []

    def build_wrapped() -> Build:
        wrapped, built = wrap(builder, language, job)
        made.append(wrapped)
        return built

    wrapped_build = build_twice(build_wrapped)
    wrapped = made[-1] if made else Wrapped()
    return wrapped, build if build is not None and wrapped_build.result.ok else wrapped_build


def _judge_twice(runner: CaseRunner, test: Test, group: TestGroup) -> TestResult:
    """Run one test; what ends as IE is tried again once."""
    result = runner.internal_error(test, group)
    for attempt in range(ATTEMPTS):
        try:
            result = runner.run(test, group)
        except IsolationUnavailable:
            raise
        except (JailError, OSError) as fault:  # the sentence says it; a stop of the worker ends jails too
            logger.warning("a test failed, attempt %s: %s", attempt + 1, fault)
        except Exception:  # whatever it is, it is our fault and must not end the worker
            logger.exception("a test failed, attempt %s", attempt + 1)
        if result.status is not Status.IE:
            break
    return result


def _judge(
    runner: CaseRunner,
    builder: Builder,
    on_test: Callable[[TestResult], None] | None,
    grader: BuiltGrader | None,
) -> Verdict:
    job, build = runner.job, runner.build

    def run(jails: JailSet, test: Test, group: TestGroup) -> TestResult:
        return _judge_twice(runner.within(jails), test, group)

    def run_checked(test: Test, group: TestGroup) -> TestResult:
        nonlocal build
        result = ahead(test, group)
        if not build.is_checked:
            build = _proven(builder, runner.language, job, build, result.exit_code)
        if not build.result.ok:
            raise _DoesNotCompileError(build)
        return result

    with RunAhead(runner.jails, tests_in_order(job), run) as ahead:
        walk = GroupWalk(job, run_checked, on_test, None if grader is None else grader.decide)
        walk.walk()
    if walk.status is Status.IE:  # it must be judged again: what was earned before the fault is no result
        undecided = tuple(replace(result, points=None) for result in walk.tests)
        return replace(_without_tests(job, Status.IE, build.result, None), tests=undecided)
    return replace(
        _without_tests(job, walk.status, build.result, None),
        score=walk.score,
        tests=tuple(walk.tests),
        groups=tuple(walk.groups.values()),
    )


def _proven(builder: Builder, language: Language, job: Job | RunJob, build: Build, exit_code: int | None) -> Build:
    """Return an unchecked build once its first run has ended: checked after all, unless it ended well."""
    if exit_code == 0:
        return replace(build, is_checked=True)
    return build_twice(lambda: builder.build(language, job))


class _DoesNotCompileError(Exception):
    """An answer whose first run ended badly has an error in its syntax, or could not be checked."""

    def __init__(self, build: Build) -> None:
        super().__init__(build.result.message)
        self.build = build


def _uncompiled(job: Job, build: Build) -> Verdict:
    status = Status.IE if build.is_our_fault else Status.CE
    return _without_tests(job, status, build.result, build.result.message)


def _without_tests(job: Job, status: Status, compiled: CompileResult, message: Message | None) -> Verdict:
    language = languages.load().get(job.language)
    return Verdict(
        status=status,
        score=Decimal("0.00"),
        max_score=max_points_of(job),
        language=job.language,
        tier="",
        toolchain=language.toolchain.state().version if language else "",
        compile=compiled,
        message=message,
    )
