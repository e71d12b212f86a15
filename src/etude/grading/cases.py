"""One test: run the answer, say how it ended, compare what it printed, and keep what people will want to see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from etude.grading import checkers
from etude.grading.calling import judge_call
from etude.grading.comparing import Comparer, where_it_differs
from etude.grading.functions import FunctionTest, run_functions
from etude.grading.interaction import ending_of, interact, judge_limits
from etude.grading.job import CheckerRef
from etude.grading.judge import Ending, jail_limits, judge_run
from etude.grading.messages import Message, _
from etude.grading.pictures import MAX_PICTURE_BYTES, keep_pictures
from etude.grading.static_validation import run_static_validator
from etude.grading.validators import COLLECT_BYTES, with_arguments
from etude.grading.verdict import Head, Status, TestResult
from etude.grading.wrapping import Wrapped, script_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from etude import jail as wall
    from etude.grading.build import Build
    from etude.grading.checkers import Outcome
    from etude.grading.jails import JailLike, JailSet
    from etude.grading.job import Job, Test, TestGroup
    from etude.grading.languages import Language, Source
    from etude.grading.validators import BuiltValidator
    from etude.jail import ExecProgram, PythonProgram, RunRecord

    OnePass = Callable[[Test, TestGroup], tuple[TestResult, Outcome | None]]

MAX_OUTPUT_FILE_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class CaseRunner:
    """Runs the tests of one job on one compiled answer. Raises what the jail and the checker raise.

    wrapped: the answer wrapped for tests of its functions, where the job has any. static_validator: for static tests.
    """

    job: Job
    jails: JailSet
    language: Language
    build: Build
    comparer: Comparer
    wrapped: Wrapped = field(default_factory=Wrapped)
    static_validator: BuiltValidator | None = None

    def within(self, jails: JailSet) -> CaseRunner:
        """Return what runs the same tests in these jails."""
        if jails is self.jails:
            return self
        return replace(self, jails=jails, comparer=Comparer(self.job, jails, self.comparer.validator))

    def run(self, test: Test, group: TestGroup) -> TestResult:
        """Run one test."""
        if test.script is not None:
            return self._run_script(test, group)
        if test.call is not None:
            return self._run_call(test, group)
        if test.is_static:
            return self._run_static(test, group)
        if self.job.validator is not None and self.job.validator.is_interactive:
            return self._in_passes(test, group, self._run_interactive)
        return self._in_passes(test, group, self._run_text)

    def internal_error(self, test: Test, group: TestGroup) -> TestResult:
        """Return the result of a test that could not be judged."""
        message = Message(_("This test could not be judged because of a fault of this machine."))
        return TestResult(
            name=test.name, group=group.name, visibility=group.visibility, status=Status.IE, message=message
        )

    def _source(self, test: Test) -> Source:
        assert self.build.source is not None
        if not test.files:
            return self.build.source
        return replace(self.build.source, files={**self.build.source.files, **test.files})

    def _program(self, test: Test) -> ExecProgram | PythonProgram:
        return with_arguments(self.language.run(self._source(test), self.build.executable), test.arguments)

    def _jail(self, program: ExecProgram | PythonProgram) -> JailLike:
        return self.jails.for_program(program, self.job)

    def _limits(self) -> wall.Limits:
        return jail_limits(self.job.limits, self.language)

    def _in_passes(self, test: Test, group: TestGroup, run: OnePass) -> TestResult:
        """Run and judge a test; again, on other input, as often as a validator asks for it. What it used: the most."""
        passes = self.job.validator.max_passes if self.job.validator else 1
        done: list[TestResult] = []
        this_pass = test
        while True:
            result, outcome = run(this_pass, group)
            done.append(result)
            if outcome is None or outcome.next_pass is None:
                return self._of_passes(done)
            if len(done) == passes:  # a judge error by the Kattis format: nobody knows what it would have said
                message = Message(_("The validator of this activity asked for more runs than it may."))
                return replace(self._of_passes(done), status=Status.IE, message=message)
            this_pass = replace(test, stdin=outcome.next_pass, feedback=outcome.feedback)

    def _of_passes(self, done: list[TestResult]) -> TestResult:
        """The last result, with the most that any pass used, and with what was said in all conversations."""
        last = done[-1]
        if len(done) == 1:
            return last
        said = last.obtained
        if self.job.validator is not None and self.job.validator.is_interactive:
            said = Head.of(b"---\n".join(one.obtained.text.encode() for one in done))
        return replace(
            last,
            obtained=said,
            cpu_us=max(one.cpu_us for one in done),
            wall_us=max(one.wall_us for one in done),
            memory_kb=max(one.memory_kb for one in done),
            refused_calls=tuple(sorted({name for one in done for name in one.refused_calls})),
        )

    def _run_text(self, test: Test, group: TestGroup) -> tuple[TestResult, Outcome | None]:
        """Run the answer and judge its output."""
        program = self._program(test)
        record = self._jail(program).run(
            program,
            stdin=test.stdin,
            limits=self._limits(),
            collect=(*test.output_files, *self.job.pictures),
            collect_bytes=MAX_OUTPUT_FILE_BYTES if test.output_files else MAX_PICTURE_BYTES,
        )
        return self._judge_text(test, group, record)

    def _judge_text(self, test: Test, group: TestGroup, record: RunRecord) -> tuple[TestResult, Outcome | None]:
        """Return the result, and what a validator that accepted it said."""
        result = self._result(test, group, record)
        ending = judge_run(record, self.job.limits, self.language, self._source(test))
        if ending.status is not Status.AC:
            return replace(result, status=ending.status, message=ending.message), None
        for expected, obtained, name in _outputs(test, record):
            if obtained is None:
                message = Message(_("The program did not write the file %(name)s."), {"name": name})
                return replace(result, status=Status.WA, message=message), None
            outcome, notes = self.comparer.compare(replace(test, expected=expected), group, obtained, expected)
            ending = ending_of_outcome(outcome, expected or b"", obtained)
            result = replace(
                result,
                status=ending.status,
                message=ending.message,
                notes=notes,
                share=outcome.share,
                judge_note=Head.of(outcome.note.encode()),
            )
            if name and ending.status is not Status.AC:
                result = replace(result, expected=Head.of(expected or b""), obtained=Head.of(obtained))
            if ending.status is not Status.AC:
                return result, None
        return result, outcome

    def _run_interactive(self, test: Test, group: TestGroup) -> tuple[TestResult, Outcome | None]:
        validator = self.comparer.validator
        assert validator is not None
        source = self._source(test)
        limits = judge_limits(validator, self.job.limits)
        judge = self.jails.judge().start(
            validator.program(test, self.job, None),
            limits=limits,
            collect=validator.collected,
            collect_bytes=COLLECT_BYTES,
        )
        try:
            program = self._program(test)
            answer = self._jail(program).start(program, limits=self._limits())
        except BaseException:
            judge.close()
            raise
        done = interact(answer, judge, self.job.limits, limits.output_bytes)
        outcome = validator.read(done.judge, test)
        ending, outcome = ending_of(done, outcome, self.job.limits, self.language, source)
        result = replace(
            self._result(test, group, done.record),
            status=ending.status,
            message=ending.message,
            share=outcome.share,
            judge_note=Head.of(outcome.note.encode()),
            expected=Head(),
        )
        return result, outcome if ending.status is Status.AC else None

    def _run_static(self, test: Test, group: TestGroup) -> TestResult:
        assert self.static_validator is not None
        outcome = run_static_validator(self.static_validator, self.jails, test, self.job)
        wrong = Message(_("The program’s text was not accepted."))
        status = Status.IE if outcome.is_fault else Status.AC if outcome.is_accepted else Status.WA
        return TestResult(
            name=test.name,
            group=group.name,
            visibility=group.visibility,
            status=status,
            message=outcome.message or (wrong if status is Status.WA else None),
            share=outcome.share,
            judge_note=Head.of(outcome.note.encode()),
        )

    def _run_call(self, test: Test, group: TestGroup) -> TestResult:
        assert test.call is not None
        assert self.wrapped.called is not None
        program, options = self.wrapped.called.run(test)
        record = self._jail(program).run(program, stdin=test.stdin, limits=self._limits(), **options)
        ending, found = judge_call(test.call, record, self.job, self.language, self._source(test))
        return replace(
            self._result(test, group, record),
            status=ending.status,
            message=ending.message,
            expected=Head.of(test.call.result_text.encode()),
            obtained=Head.of(f"{test.call.text} → {found}".encode() if found else b""),
            printed=Head.of(record.stdout),
        )

    def _run_script(self, test: Test, group: TestGroup) -> TestResult:
        scripted = self.wrapped.scripted.get(script_key(test))
        asked = FunctionTest(test, self.job, self.language, self._source(test), scripted)
        done = run_functions(asked, self.jails)
        status, message = done.ending
        if status is Status.AC:
            outcome = checkers.resolve(CheckerRef(name="unit_tests"))(b"", done.report_bytes)
            status, message = (Status.AC, None) if outcome.is_accepted else (Status.WA, outcome.message)
        return replace(
            self._result(test, group, done.record),
            status=status,
            message=message,
            expected=Head.of(_said(done.report, "source")),
            obtained=Head.of(_said(done.report, "call")),
            stderr=Head.of(done.script_errors),
            printed=Head.of(done.printed),
            output_sha256=hashlib.sha256(done.printed).hexdigest(),
        )

    def _result(self, test: Test, group: TestGroup, record: RunRecord) -> TestResult:
        """What a run tells of itself; status and message are still to be found."""
        return TestResult(
            name=test.name,
            group=group.name,
            visibility=group.visibility,
            status=Status.AC,
            cpu_us=record.cpu_us,
            wall_us=record.wall_us,
            memory_kb=record.memory_kb,
            exit_code=record.exit_code,
            signal=record.signal,
            stdin=Head.of(test.stdin),
            expected=Head.of(test.expected or b""),
            obtained=Head.of(record.stdout),
            stderr=Head.of(record.stderr),
            output_sha256=hashlib.sha256(record.stdout).hexdigest(),
            pictures=keep_pictures(self.job.pictures, record.collected),
            refused_calls=record.refused_calls,
        )


def _outputs(test: Test, record: RunRecord) -> list[tuple[bytes | None, bytes | None, str]]:
    """What is compared, as (expected, obtained or None, name of the file or ""): what was printed, then the files."""
    files = [(data, record.collected.get(name), name) for name, data in test.output_files.items()]
    if test.expected is None and files:
        return [*files]
    return [(test.expected, record.stdout, ""), *files]


def ending_of_outcome(outcome: Outcome, expected: bytes, obtained: bytes) -> Ending:
    """Return what a comparison means for the test: a fault of whoever compared is IE, never WA."""
    if outcome.is_fault:
        return Ending(Status.IE, outcome.message)
    if outcome.is_accepted:
        return Ending(Status.AC, outcome.message)
    return Ending(Status.WA, outcome.message or where_it_differs(expected, obtained))


def _said(report: Mapping[str, Any], field: str) -> bytes:
    """A field of a report of checks that did not pass (of those that did, it would only confuse)."""
    if report.get("outcome") == "passed":
        return b""
    return str(report.get(field, "")).encode("utf-8", "replace")
