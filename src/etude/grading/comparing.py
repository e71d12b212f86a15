"""Decides about outputs: by a checker in the supervisor, by one that runs in a jail, or by the job's validator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.grading import checkers, harness
from etude.grading.checkers import Outcome
from etude.grading.job import CheckerRef
from etude.grading.judge import jail_limits
from etude.grading.limits import Limits
from etude.grading.messages import Message, _
from etude.grading.notes import explain_difference
from etude.grading.validators import run_validator
from etude.jail import PythonProgram

if TYPE_CHECKING:
    from collections.abc import Callable

    from etude.grading.jails import JailSet
    from etude.grading.job import Job, Test, TestGroup
    from etude.grading.validators import BuiltValidator
    from etude.grading.verdict import Note

# Longer texts are not looked at for what alone differs: nobody would see it there.
NOTES_BYTES = 256 * 1024
CHECKER_LIMITS = Limits(cpu_time_s=2.0)
EXPECTED_FILE, OBTAINED_FILE = "__etude_expected", "__etude_obtained"

Compare = "Callable[[bytes, bytes], Outcome]"


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares what one answer printed. Raises what the jail raises; made once for a job, it has checked its checkers.

    Making it raises JobError for an unknown checker, option or value.
    """

    job: Job
    jails: JailSet
    validator: BuiltValidator | None = None
    _compare: dict[str, Callable[[bytes, bytes], Outcome]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for group in self.job.groups:
            self._compare[group.name] = self._comparison(text_checker(group.checker or self.job.checker))

    def compare(
        self, test: Test, group: TestGroup, obtained: bytes, expected: bytes | None
    ) -> tuple[Outcome, tuple[Note, ...]]:
        """Return the outcome, and in what alone a wrong output differs. expected None: nothing to compare with."""
        if self.validator is not None:
            return run_validator(self.validator, self.jails, test, self.job, obtained), ()
        if expected is None:
            return Outcome(is_accepted=True), ()
        compare = self._compare[group.name]
        outcome = compare(expected, obtained)
        if outcome.is_accepted or outcome.is_fault or self._is_slow(group):
            return outcome, ()
        notes: tuple[Note, ...] = ()
        if max(len(expected), len(obtained)) <= NOTES_BYTES:
            notes = explain_difference(expected, obtained, lambda *texts: compare(*texts).is_accepted)
        return outcome, notes

    def _is_slow(self, group: TestGroup) -> bool:
        return bool(checkers.find(text_checker(group.checker or self.job.checker))[0].harness)

    def _comparison(self, chosen: CheckerRef) -> Callable[[bytes, bytes], Outcome]:
        checker, options = checkers.find(chosen)
        if not checker.harness:
            return checkers.resolve(chosen)

        def compare_in_jail(expected: bytes, obtained: bytes) -> Outcome:
            name, files = harness.program_files(checker.harness, dict(options))
            program = PythonProgram(source_name=name, files={**files, EXPECTED_FILE: expected, OBTAINED_FILE: obtained})
            record = self.jails.judge().run(program, limits=jail_limits(CHECKER_LIMITS))
            return checker.compare(expected, record.stdout if record.exit_code == 0 else b"", options)

        return compare_in_jail


def text_checker(chosen: CheckerRef) -> CheckerRef:
    """Return the checker for outputs: never the one that reads reports, for an answer could print one."""
    return CheckerRef() if chosen.name == "unit_tests" else chosen


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
