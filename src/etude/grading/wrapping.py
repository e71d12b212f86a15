"""Makes the programs that call an answer's functions, and finds the calls that the compiler refuses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from etude.grading.build import Build, Builder, find_source
from etude.grading.calling import CalledAnswer, calls_of
from etude.grading.calls import CALL_FILE
from etude.grading.errors import CannotJudgeError, JobError
from etude.grading.functions import ScriptedAnswer
from etude.grading.job import RESERVED_PREFIX
from etude.grading.messages import Message, _
from etude.grading.verdict import CompileResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from etude.grading.job import Job, Test
    from etude.grading.languages import Language, Source

_SAID_CHARACTERS = 300
_MISSING_MARKS = ("not declared in this scope", "implicit declaration", "undeclared")


def needs_program(language: Language, job: Job) -> bool:
    """Whether the answer is built as a program too: one of functions alone need not have a `main`."""
    run_or_called = [test for test in job.tests if not test.is_static]
    return not language.artefact or not run_or_called or any(not test.is_function_test for test in run_or_called)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The programs that tests of functions need. scripted: by `script_key`."""

    called: CalledAnswer | None = None
    scripted: Mapping[object, ScriptedAnswer] = field(default_factory=dict)


def script_key(test: Test) -> object:
    """What the programs of a test's script depend on."""
    return test.script, tuple(sorted(test.files.items()))


def wrap(builder: Builder, language: Language, job: Job) -> tuple[Wrapped, Build]:
    """Build the answer for the functions that a job's tests call; the build says when it does not compile.

    Calls that the compiler refuses become their own verdict; an error anywhere else is the answer's. Raises JobError
    for calls that the language has no words for, CannotJudgeError for a script that does not compile.
    """
    source = find_source(language, job)
    if source is None:
        return Wrapped(), builder.build(language, job)
    build = Build(result=CompileResult(ok=True), source=source)
    called, scripted = None, dict[object, ScriptedAnswer]()
    if language.calls is not None and calls_of(job):
        called, build = _wrap_calls(builder, language, job, source)
    scripts = {script_key(test): test for test in job.tests if test.script is not None}
    for key, test in scripts.items() if language.scripts is not None else ():
        if build.source is not None:
            scripted[key], build = _wrap_script(builder, language, (job, test), source)
    return Wrapped(called, scripted), build


def _wrap_calls(builder: Builder, language: Language, job: Job, source: Source) -> tuple[CalledAnswer | None, Build]:
    assert language.calls is not None
    makes, calls = language.calls, calls_of(job)
    for number, call in enumerate(calls):
        makes.write(call, number)  # now, while a fault of the job still is told as one
    numbers = {call.text: number for number, call in enumerate(calls)}
    if not language.artefact:
        wrapped = makes.wrap(source, calls, {})
        return CalledAnswer(language, wrapped, None, numbers), Build(result=CompileResult(ok=True), source=source)
    names = tuple(call.function for call in calls)
    wrapped, build = _compile(
        builder, language, (job, source, names), lambda misfits: makes.wrap(source, calls, misfits)
    )
    return CalledAnswer(language, wrapped, build.executable, numbers), build


def _wrap_script(
    builder: Builder, language: Language, asked: tuple[Job, Test], source: Source
) -> tuple[ScriptedAnswer, Build]:
    job, test = asked
    scripts, script = language.scripts, test.script
    assert scripts is not None
    assert script is not None
    try:
        names = scripts.names(script, test.files)
    except JobError as fault:
        raise _placed(fault, language, job, test) from fault
    own = scripts.script_source(script, test.files, source.version)
    checks = builder.build_source(language, own, job)
    if not checks.result.ok:
        line = next(iter(checks.result.lines), None)
        values: dict[str, str | int] = {
            "line": line.line if line else 0,
            "error": line.message if line else checks.result.output[:_SAID_CHARACTERS],
        }
        raise CannotJudgeError(Message(_("The test script itself is at fault (line %(line)s: %(error)s)."), values))
    answer, build = _compile(
        builder,
        language,
        (job, source, names),
        lambda misfits: scripts.answer_source(source, script, test.files, misfits),
    )
    return ScriptedAnswer(language, own, checks.executable, answer, build.executable), build


def _placed(fault: JobError, language: Language, job: Job, test: Test) -> JobError:
    """The fault of a script, told with the file that the teacher has."""
    assert language.scripts is not None
    if fault.values.get("file") != language.scripts.script_name:
        return fault
    group = next((group.name for group in job.groups if test in group.tests), "")
    file = f"{group}/{test.name}{language.extensions[0]}"
    return JobError(fault.sentence, **{**fault.values, "file": file})


def _compile(
    builder: Builder,
    language: Language,
    asked: tuple[Job, Source, Sequence[str]],
    wrap_with: Callable[[Mapping[int, str]], Source],
) -> tuple[Source, Build]:
    """Compile an answer with what calls its functions, leaving out what the compiler refuses.

    asked: the job, the answer, and which function each numbered call is of.
    """
    job, source, names = asked
    misfits: dict[int, str] = {}
    while True:
        wrapped = wrap_with(misfits)
        build = builder.build_source(language, wrapped, job)
        if build.source is not None:
            result = replace(build.result, output=_without_ours(build.result.output))
            return wrapped, replace(build, source=source, result=result)
        found = _refused(build.result, names, misfits)
        if not misfits and language.calls is not None and language.calls.check is not None:
            alone = builder.check_alone(language, source, language.calls.check(source))
            if not alone.ok:
                return wrapped, Build(result=alone)
        if not found:
            return wrapped, build
        misfits |= found


def _without_ours(output: str) -> str:
    """What a compiler said, without the lines about what is ours."""
    lines = output.split("\n")
    return "\n".join(line for line in lines if RESERVED_PREFIX not in line and "__wrap_main" not in line)


def _refused(result: CompileResult, names: Sequence[str], known: Mapping[int, str]) -> dict[int, str]:
    """The calls in which the compiler found errors, and others of the same function once it has been at them twice."""
    lines = {line.line: line.message for line in result.lines if line.file == CALL_FILE}
    found = {number: lines[number + 1] for number in range(len(names)) if number + 1 in lines and number not in known}
    hopeless = {
        names[number]: message
        for number, message in found.items()
        if known or any(mark in message for mark in _MISSING_MARKS)
    }
    for number, name in enumerate(names):
        if name in hopeless and number not in known:
            found.setdefault(number, hopeless[name])
    return found
