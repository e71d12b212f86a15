"""Makes the programs that call an answer's functions, and finds the calls that the compiler refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from etude.grading.build import Build, Builder, find_source
from etude.grading.calling import CalledAnswer, calls_of
from etude.grading.calls import CALL_FILE
from etude.grading.job import RESERVED_PREFIX
from etude.grading.verdict import CompileResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.grading.calls import Call
    from etude.grading.job import Job
    from etude.grading.languages import Language, Source

_MISSING_MARKS = ("not declared in this scope", "implicit declaration", "undeclared")


def needs_program(language: Language, job: Job) -> bool:
    """Whether the answer is built as a program too: one of functions alone need not have a `main`."""
    return not language.artefact or any(not test.is_function_test for test in job.tests)


def wrap_calls(builder: Builder, language: Language, job: Job) -> tuple[CalledAnswer | None, Build]:
    """Build the answer for the calls of a job: None for a job without any, or when it does not compile (see the build).

    Calls that the compiler refuses become their own verdict; an error anywhere else is the answer's. Raises JobError
    for calls that the language has no words for.
    """
    calls, source = calls_of(job), find_source(language, job)
    if source is None or language.calls is None or not calls:
        return None, builder.build(language, job)
    for number, call in enumerate(calls):
        language.calls.write(call, number)  # now, while a fault of the job still is told as one
    if not language.artefact:
        wrapped = language.calls.wrap(source, calls, {})
        return _called(language, calls, wrapped, Build(result=CompileResult(ok=True), source=source))
    return _compile(builder, language, job, source)


def _compile(builder: Builder, language: Language, job: Job, source: Source) -> tuple[CalledAnswer | None, Build]:
    assert language.calls is not None
    calls, misfits = calls_of(job), dict[int, str]()
    while True:
        wrapped = language.calls.wrap(source, calls, misfits)
        build = builder.build_source(language, wrapped, job)
        if build.source is not None:
            result = replace(build.result, output=_without_ours(build.result.output))
            return _called(language, calls, wrapped, replace(build, source=source, result=result))
        found = _refused(build.result, calls, misfits)
        if not misfits and language.calls.check is not None:
            alone = builder.check_alone(language, source, language.calls.check(source))
            if not alone.ok:
                return None, Build(result=alone)
        if not found:
            return None, build
        misfits |= found


def _called(language: Language, calls: Sequence[Call], wrapped: Source, build: Build) -> tuple[CalledAnswer, Build]:
    numbers = {call.text: number for number, call in enumerate(calls)}
    return CalledAnswer(language, wrapped, build.executable, numbers), build


def _without_ours(output: str) -> str:
    """What a compiler said, without the lines about what is ours."""
    lines = output.split("\n")
    return "\n".join(line for line in lines if RESERVED_PREFIX not in line and "__wrap_main" not in line)


def _refused(result: CompileResult, calls: Sequence[Call], known: Mapping[int, str]) -> dict[int, str]:
    """The calls in which the compiler found errors, and others of the same function once it has been at them twice."""
    lines = {line.line: line.message for line in result.lines if line.file == CALL_FILE}
    found = {number: lines[number + 1] for number in range(len(calls)) if number + 1 in lines and number not in known}
    hopeless = {
        calls[number].function: message
        for number, message in found.items()
        if known or any(mark in message for mark in _MISSING_MARKS)
    }
    for number, call in enumerate(calls):
        if call.function in hopeless and number not in known:
            found.setdefault(number, hopeless[call.function])
    return found
