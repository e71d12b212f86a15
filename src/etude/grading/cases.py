"""One test: run the answer, say how it ended, compare what it printed, and keep what people will want to see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from etude.grading import checkers
from etude.grading.functions import run_functions
from etude.grading.job import CheckerRef
from etude.grading.judge import Ending, jail_limits, judge_run
from etude.grading.messages import Message, _
from etude.grading.notes import explain_difference
from etude.grading.verdict import Head, Status, TestResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from etude.grading.build import Build
    from etude.grading.checkers import Outcome
    from etude.grading.jails import JailSet
    from etude.grading.job import Job, Test, TestGroup
    from etude.grading.languages import Language, Source
    from etude.grading.verdict import Note

# Longer texts are not looked at for what alone differs: nobody would see it there.
NOTES_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class CaseRunner:
    """Runs the tests of one job on one compiled answer. Raises what the jail and the checker raise."""

    job: Job
    jails: JailSet
    language: Language
    build: Build
    compare: Callable[[bytes, bytes], Outcome]

    def run(self, test: Test, group: TestGroup) -> TestResult:
        """Run one test."""
        return self._run_text(test, group) if test.script is None else self._run_script(test, group)

    def internal_error(self, test: Test, group: TestGroup) -> TestResult:
        """Return the result of a test that could not be judged."""
        message = Message(_("This test could not be judged because of a fault of this machine."))
        return TestResult(
            name=test.name, group=group.name, visibility=group.visibility, status=Status.IE, message=message
        )

    def _source(self, test: Test) -> Source:
        assert self.build.source is not None
        return replace(self.build.source, files={**self.build.source.files, **test.files})

    def _run_text(self, test: Test, group: TestGroup) -> TestResult:
        source = self._source(test)
        program = self.language.run(source, self.build.executable)
        jail = self.jails.for_program(program, self.job)
        record = jail.run(program, stdin=test.stdin, limits=jail_limits(self.job.limits, self.language))
        ending = judge_run(record, self.job.limits, self.language, source)
        notes: tuple[Note, ...] = ()
        if ending.status is Status.AC and test.expected is not None:
            ending, notes = self._compare(test.expected, record.stdout)
        return TestResult(
            name=test.name,
            group=group.name,
            visibility=group.visibility,
            status=ending.status,
            cpu_us=record.cpu_us,
            wall_us=record.wall_us,
            memory_kb=record.memory_kb,
            exit_code=record.exit_code,
            signal=record.signal,
            message=ending.message,
            notes=notes,
            stdin=Head.of(test.stdin),
            expected=Head.of(test.expected or b""),
            obtained=Head.of(record.stdout),
            stderr=Head.of(record.stderr),
            output_sha256=hashlib.sha256(record.stdout).hexdigest(),
        )

    def _compare(self, expected: bytes, obtained: bytes) -> tuple[Ending, tuple[Note, ...]]:
        outcome = self.compare(expected, obtained)
        if outcome.is_accepted:
            return Ending(Status.AC), ()
        notes: tuple[Note, ...] = ()
        if max(len(expected), len(obtained)) <= NOTES_BYTES:
            notes = explain_difference(expected, obtained, lambda *texts: self.compare(*texts).is_accepted)
        return Ending(Status.WA, outcome.message or where_it_differs(expected, obtained)), notes

    def _run_script(self, test: Test, group: TestGroup) -> TestResult:
        done = run_functions(test, self.job, self.jails, self.language, self._source(test))
        status, message = done.ending
        if status is Status.AC:
            outcome = checkers.resolve(CheckerRef(name="unit_tests"))(b"", done.report_bytes)
            status, message = (Status.AC, None) if outcome.is_accepted else (Status.WA, outcome.message)
        return TestResult(
            name=test.name,
            group=group.name,
            visibility=group.visibility,
            status=status,
            cpu_us=done.record.cpu_us,
            wall_us=done.record.wall_us,
            memory_kb=done.record.memory_kb,
            exit_code=done.record.exit_code,
            signal=done.record.signal,
            message=message,
            stdin=Head.of(test.stdin),
            expected=Head.of(_said(done.report, "source")),
            obtained=Head.of(_said(done.report, "call")),
            stderr=Head.of(done.script_errors),
            printed=Head.of(done.printed),
            output_sha256=hashlib.sha256(done.printed).hexdigest(),
        )


def _said(report: Mapping[str, Any], field: str) -> bytes:
    """A field of a report of checks that did not pass (of those that did, it would only confuse)."""
    if report.get("outcome") == "passed":
        return b""
    return str(report.get(field, "")).encode("utf-8", "replace")


def where_it_differs(expected: bytes, obtained: bytes) -> Message:
    """Name the first line of a wrong output that is not as expected, spaces at its end apart."""
    if not obtained.strip():
        return Message(_("The program printed nothing."))
    wanted, found = _lines(expected), _lines(obtained)
    for number, (wanted_line, found_line) in enumerate(zip(wanted, found, strict=False), start=1):
        if wanted_line != found_line:
            return Message(_("Line %(line)s of the output is not as expected."), {"line": number})
    if len(found) < len(wanted):
        return Message(_("The output ends too early, after line %(line)s."), {"line": len(found)})
    if len(found) > len(wanted):
        return Message(_("The output goes on after line %(line)s, where it should end."), {"line": len(wanted)})
    return Message(_("The output is not as expected."))


def _lines(text: bytes) -> list[bytes]:
    return [line.rstrip() for line in text.rstrip().split(b"\n")]
