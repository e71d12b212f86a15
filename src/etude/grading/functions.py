"""Function tests: the script in one jail, the answer in another, values between them."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from etude import jail as wall
from etude.grading import harness
from etude.grading.conversation import Side, converse, drain
from etude.grading.judge import Ending, jail_limits, judge_run
from etude.grading.messages import Message, _
from etude.grading.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from etude.grading.jails import JailSet
    from etude.grading.job import Job, Test
    from etude.grading.languages import Language, Source
    from etude.jail import RunRecord

STDIN_FILE = "__etude_stdin"
SCRIPT_FILE = "checks.py"
# Beyond what the answer may use: the script waits for it, and then still has to compare.
SCRIPT_EXTRA_S = 10.0
SCRIPT_MEMORY_BYTES = 512 << 20
SCRIPT_OUTPUT_BYTES = 64 << 10
_DETAIL_CHARACTERS = 300
# How what the answer has does not fit what a script in its own language asks of it.
_UNFIT = {
    "missing": (Status.RTE, _("The program defines no %(name)s.")),
    "arity": (Status.RTE, _("%(name)s takes another number of values (%(detail)s) than the test gives.")),
    "type": (Status.RTE, _("What the test gives to %(name)s does not fit its types: %(detail)s")),
    "result": (Status.WA, _("%(name)s gives another kind of value than it should: %(detail)s")),
    "uncrossable": (Status.WA, _("%(name)s gives nothing that could be compared.")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionRun:
    """How a function test went. ending AC: the script reported; its report then says whether it passed."""

    ending: Ending
    record: RunRecord
    report: Mapping[str, Any]
    report_bytes: bytes
    printed: bytes
    script_errors: bytes


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """The two programs of a script in the answer's own language, compiled."""

    language: Language
    script_source: Source
    script: Path | None
    answer_source: Source
    answer: Path | None

    def programs(
        self, test: Test
    ) -> tuple[wall.ExecProgram | wall.PythonProgram, wall.ExecProgram | wall.PythonProgram]:
        """Return what runs in the answer's jail and what runs in the script's."""
        own = {name: data for name, data in test.files.items() if name not in self.script_source.files}
        beside = {**self.answer_source.files, **own, STDIN_FILE: test.stdin}
        answer = self.language.run(replace(self.answer_source, files=beside), self.answer)
        assert self.language.scripts is not None
        said = {self.language.scripts.script_name: test.script or b""}  # which the report quotes
        return answer, self.language.run(replace(self.script_source, files={**test.files, **said}), self.script)


@dataclass(frozen=True, slots=True)
class FunctionTest:
    """One test by a script, of an answer. scripted: its programs where they are not Python's."""

    test: Test
    job: Job
    language: Language
    source: Source
    scripted: ScriptedAnswer | None = None


def run_functions(asked: FunctionTest, jails: JailSet) -> FunctionRun:
    """Run one function test. Raises JailError; a script that is at fault itself gives the ending IE."""
    test, job, language, source, scripted = asked.test, asked.job, asked.language, asked.source, asked.scripted
    script_limits = jail_limits(job.limits, language)
    script_limits = replace(
        script_limits,
        cpu_time_s=job.limits.cpu_time_s + SCRIPT_EXTRA_S,
        wall_time_s=job.limits.effective_wall_time_s + SCRIPT_EXTRA_S,
        memory_bytes=max(job.limits.memory_bytes, SCRIPT_MEMORY_BYTES) + language.runtime_bytes,
    )
    program: wall.ExecProgram | wall.PythonProgram = _answer_program(test, source)
    script_program: wall.ExecProgram | wall.PythonProgram = _script_program(test, source)
    jail = jails.script()
    if scripted is not None:
        program, script_program = scripted.programs(test)
        jail = jails.judge()
    with (
        closing(jails.for_program(program, job).start(program, limits=jail_limits(job.limits, language))) as answer,
        closing(jail.start(script_program, limits=script_limits)) as script,
    ):
        answer_side = Side(answer, job.limits.output_bytes)
        script_side = Side(script, SCRIPT_OUTPUT_BYTES, may_flood=True)
        talk = converse(script_side, answer_side)
        script.kill()
        if talk.answer_may_run:
            answer.kill()
        record, _unused = answer.wait(), script.wait()
        drain(answer_side)
        drain(script_side)
    printed = bytes(answer_side.printed)
    record = replace(record, stderr=printed, output_exceeded=answer_side.has_flooded)
    report = json.loads(talk.report) if talk.report is not None else {}
    if talk.answer_left:
        ending = _ending_of_answer(record, job, language, source)
    else:
        ending = _ending_of_report(report, job)
        record = replace(record, exit_code=0, signal=None)  # we killed it, after it had done its work
    errors = bytes(script_side.printed)
    return FunctionRun(
        ending=ending,
        record=record,
        report=report,
        report_bytes=talk.report or b"",
        printed=printed,
        script_errors=errors,
    )


def _answer_program(test: Test, source: Source) -> wall.PythonProgram:
    program, program_files = harness.program_files("answer_side", source.main)
    files = {**source.files, **program_files, STDIN_FILE: test.stdin}
    return wall.PythonProgram(source_name=program, files=files)


def _script_program(test: Test, source: Source) -> wall.PythonProgram:
    own = source.main.rpartition("/")[2].removesuffix(".py")
    names = ["answer", "main", *([own] if own.isidentifier() and own not in sys.stdlib_module_names else [])]
    program, program_files = harness.program_files("script_side", names)
    files = {**test.files, **program_files, SCRIPT_FILE: test.script or b""}
    return wall.PythonProgram(source_name=program, files=files)


def _ending_of_answer(record: RunRecord, job: Job, language: Language, source: Source) -> Ending:
    """The answer went away before the script was through: whatever its exit code, it cannot have passed."""
    ending = judge_run(record, job.limits, language, source)
    if ending.status is Status.AC:
        return Ending(Status.RTE, Message(_("The program ended before the checks were through.")))
    return ending


def _ending_of_report(report: Mapping[str, Any], job: Job) -> Ending:
    """Turn the script's report into an ending; AC also for `failed`, which is for the checker."""
    outcome = report.get("outcome", "none")
    if outcome in {"passed", "failed"}:
        return Ending(Status.AC)
    if outcome == "memory":
        values: dict[str, str | int] = {"limit": job.limits.memory_bytes >> 20}
        return Ending(Status.MLE, Message(_("The program needed more memory than the limit (%(limit)s MB)."), values))
    if outcome in _UNFIT:
        status, sentence = _UNFIT[outcome]
        values = {"name": report["missing"], "detail": str(report.get("text", ""))[:_DETAIL_CHARACTERS]}
        return Ending(status, Message(sentence, values))
    if outcome in {"exited", "broken"}:
        return Ending(Status.RTE, Message(_("The program ended before the checks were through.")))
    if outcome == "raised":
        return Ending(Status.RTE, _raised(report))
    values = {"line": report.get("line", 0), "error": report.get("error", "?")}
    return Ending(Status.IE, Message(_("The test script itself is at fault (line %(line)s: %(error)s)."), values))


def _raised(report: Mapping[str, Any]) -> Message:
    values = {"line": report["answer_line"], "error": f"{report['error']}: {report['text']}".removesuffix(": ")}
    if values["line"]:
        return Message(_("The program stopped on line %(line)s: %(error)s"), values)
    return Message(_("The program stopped: %(error)s"), values)
