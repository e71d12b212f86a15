"""Validators: programs of teachers that say whether an output is right, each run in a jail of its own.

| protocol | called as | says |
|---|---|---|
| `kattis` | `validator input answer feedback/ arguments < output` | exit code 42 right, 43 wrong; `judgemessage.txt` to the teacher, `teammessage.txt` to the student, `score.txt` or `score_multiplier.txt` |
| `testlib` | `validator input output answer arguments` | exit code 0 right, 1, 2, 4, 8 wrong, 7 in part (`points N` or `partial A/B` on standard error); 3 its own fault |
| `dmoj` | `check(process_output, judge_output, **kwargs)` in Python | True, False or a CheckerResult |

Whatever else happens is the validator's own fault: the verdict is IE, never WA, and the teacher is told.
"""  # noqa: E501 # a table

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from etude.grading import harness
from etude.grading.checkers import Outcome
from etude.grading.judge import jail_limits
from etude.grading.messages import Message, _, clean_text
from etude.jail import PythonProgram

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from etude.grading.jails import JailSet
    from etude.grading.job import Job, Test, Validator
    from etude.grading.languages import Language, Source
    from etude.jail import ExecProgram, RunRecord

INPUT_FILE, ANSWER_FILE, OUTPUT_FILE = "__etude_input", "__etude_answer", "__etude_output"
FEEDBACK = "__etude_feedback/"
TEAM_MESSAGE, JUDGE_MESSAGE = f"{FEEDBACK}teammessage.txt", f"{FEEDBACK}judgemessage.txt"
SCORE, MULTIPLIER = f"{FEEDBACK}score.txt", f"{FEEDBACK}score_multiplier.txt"
NEXT_PASS = f"{FEEDBACK}nextpass.in"
VERDICT_FILE, SOURCE_FILE = "__etude_verdict", "__etude_source"
COLLECTED: Mapping[str, tuple[str, ...]] = {
    "kattis": (TEAM_MESSAGE, JUDGE_MESSAGE, SCORE, MULTIPLIER, NEXT_PASS),
    "testlib": (),
    "dmoj": (VERDICT_FILE,),
}
COLLECT_BYTES = 4 << 20
MESSAGE_CHARACTERS = 2000
NOTE_BYTES = 16 * 1024
_KATTIS_RIGHT, _KATTIS_WRONG = 42, 43
_TESTLIB_RIGHT, _TESTLIB_WRONG, _TESTLIB_PART = 0, frozenset({1, 2, 4, 8}), 7
_POINTS = re.compile(rb"^points\s+([0-9]{1,9}(?:\.[0-9]{0,12})?)", re.MULTILINE)
_PARTIAL = re.compile(rb"^partial\s+([0-9]{1,9})/([1-9][0-9]{0,8})", re.MULTILINE)
_NUMBER = re.compile(rb"\s*([0-9]{1,9}(?:\.[0-9]{0,12})?)\s*")


@dataclass(frozen=True, slots=True)
class BuiltValidator:
    """A validator that compiled: what it is, its language, its files and perhaps its executable."""

    validator: Validator
    language: Language
    source: Source
    executable: Path | None = None

    def program(self, test: Test, job: Job, output: bytes | None) -> PythonProgram | ExecProgram:
        """Return the program that judges one output (None: it talks with the answer instead)."""
        protocol = self.validator.protocol
        files: dict[str, bytes] = {
            **self.source.files,
            INPUT_FILE: test.stdin,
            ANSWER_FILE: test.expected or b"",
            OUTPUT_FILE: output or b"",
        }
        if protocol == "dmoj":
            return self._dmoj_program(test, job, files)
        if protocol == "kattis":
            files[f"{FEEDBACK}.etude"] = b""  # so that there is the folder
        names = {
            "kattis": (INPUT_FILE, ANSWER_FILE, FEEDBACK),
            "testlib": (INPUT_FILE, OUTPUT_FILE, ANSWER_FILE),
        }[protocol]
        arguments = (*names, *self.validator.arguments, *test.validator_arguments)
        return with_arguments(self.language.run(replace(self.source, files=files), self.executable), arguments)

    def _dmoj_program(self, test: Test, job: Job, files: dict[str, bytes]) -> PythonProgram:
        options = {
            "main": self.source.main,
            "point_value": float(test.worth),
            "language": job.language,
            "arguments": (*self.validator.arguments, *test.validator_arguments),
            "is_interactive": self.validator.is_interactive,
        }
        name, program_files = harness.program_files("dmoj_side", options)
        source = b"\n".join(job.files[key] for key in sorted(job.files))
        return PythonProgram(
            source_name=name, files={**harness.shim_files("dmoj"), **files, **program_files, SOURCE_FILE: source}
        )

    def read(self, record: RunRecord, test: Test) -> Outcome:
        """Say what the validator's end means."""
        if record.cpu_exceeded or record.wall_exceeded or record.output_exceeded or record.memory_exceeded:
            return fault(record, _("The validator of this activity went over a limit of its own."))
        reader = {"kattis": _read_kattis, "testlib": _read_testlib, "dmoj": _read_dmoj}[self.validator.protocol]
        try:
            outcome = reader(record, test, self.validator)
        except (ValueError, TypeError, KeyError, ArithmeticError):
            return fault(record, _("The validator of this activity gave a score that cannot be read."))
        if outcome.note and self.validator.tells_student and outcome.message is None:
            outcome = replace(outcome, message=_said(outcome.note.encode("utf-8", "replace")))
        return outcome


def files_to_compile(validator: Validator) -> Mapping[str, bytes]:
    """Return a validator's files, with the header of testlib where it includes it without bringing it."""
    includes = any(b"testlib.h" in data for data in validator.files.values())
    return {"testlib.h": harness.testlib_header(), **validator.files} if includes else validator.files


def with_arguments(program: PythonProgram | ExecProgram, arguments: tuple[str, ...]) -> PythonProgram | ExecProgram:
    """Return the program with further arguments on its command line."""
    return replace(program, argv=(*program.argv, *arguments)) if arguments else program


def run_validator(built: BuiltValidator, jails: JailSet, test: Test, job: Job, output: bytes) -> Outcome:
    """Judge one output. Raises JailError."""
    record = jails.judge().run(
        built.program(test, job, output),
        stdin=output if built.validator.protocol == "kattis" else b"",
        limits=jail_limits(built.validator.limits, built.language),
        collect=COLLECTED[built.validator.protocol],
        collect_bytes=COLLECT_BYTES,
    )
    return built.read(record, test)


def fault(record: RunRecord, sentence: str, values: Mapping[str, str | int] | None = None) -> Outcome:
    """Return the outcome for a validator that failed itself; its last words are for the teacher."""
    said = b"\n".join(filter(None, (record.collected.get(JUDGE_MESSAGE), record.stderr, record.stdout)))
    return Outcome(False, Message(sentence, values or {}), note=_text(said), is_fault=True)


def wrong_end(record: RunRecord) -> Outcome:
    """Return the outcome for a validator that ended with a code that means nothing, or by a signal."""
    if record.signal is not None:
        return fault(record, _("The validator of this activity was ended by signal %(signal)s."),
                     {"signal": record.signal})  # fmt: skip
    values: dict[str, str | int] = {"exit_code": record.exit_code or 0}
    return fault(record, _("The validator of this activity ended with exit code %(exit_code)s."), values)


def _read_kattis(record: RunRecord, test: Test, validator: Validator) -> Outcome:
    if record.exit_code not in {_KATTIS_RIGHT, _KATTIS_WRONG}:
        return wrong_end(record)
    files = record.collected
    note = _text(b"\n".join(filter(None, (files.get(JUDGE_MESSAGE), record.stderr))))
    share = None
    if files.get(MULTIPLIER, b"").strip():
        share = _number(files[MULTIPLIER])
    elif files.get(SCORE, b"").strip():
        share = _share(_number(files[SCORE]), test, validator)
    is_accepted = record.exit_code == _KATTIS_RIGHT
    next_pass = files.get(NEXT_PASS) if is_accepted and validator.max_passes > 1 else None
    return Outcome(is_accepted, _said(files.get(TEAM_MESSAGE, b"")), share=share, note=note, next_pass=next_pass)


def _read_testlib(record: RunRecord, test: Test, validator: Validator) -> Outcome:
    note = _text(record.stderr or record.stdout)
    if record.exit_code == _TESTLIB_RIGHT:
        return Outcome(is_accepted=True, note=note)
    if record.exit_code in _TESTLIB_WRONG:
        return Outcome(is_accepted=False, note=note)
    if record.exit_code != _TESTLIB_PART:
        return wrong_end(record)
    part = _PARTIAL.search(record.stderr)
    if part is not None:
        return Outcome(is_accepted=True, share=min(Fraction(int(part[1]), int(part[2])), Fraction(1)), note=note)
    points = _POINTS.search(record.stderr)
    if points is None:
        return fault(record, _("The validator of this activity gave a score that cannot be read."))
    return Outcome(is_accepted=True, share=_share(_number(points[1]), test, validator), note=note)


def _read_dmoj(record: RunRecord, test: Test, _validator: Validator) -> Outcome:
    if record.exit_code != 0 or VERDICT_FILE not in record.collected:
        return wrong_end(record)
    said = json.loads(record.collected[VERDICT_FILE])
    share = None
    if said["points"] is not None:
        share = min(max(Fraction(float(said["points"])) / Fraction(test.worth), Fraction(0)), Fraction(1))
        share = share.limit_denominator(1_000_000)  # 0.1 is no share that a float can hold
    message = _said(str(said["feedback"]).encode("utf-8", "replace"))
    note = _text(b"\n".join(filter(None, (str(said["extended"]).encode("utf-8", "replace"), record.stderr))))
    return Outcome(bool(said["passed"]), message, share=share, note=note)


def _share(number: Fraction, test: Test, validator: Validator) -> Fraction:
    whole = {"share": Fraction(1), "percent": Fraction(100), "points": Fraction(test.worth)}[validator.points_unit]
    return min(number / whole, Fraction(1))


def _number(data: bytes) -> Fraction:
    match = _NUMBER.fullmatch(data)
    if match is None:
        raise ValueError(data[:100])
    return Fraction(match[1].decode().removesuffix("."))


def _said(data: bytes) -> Message | None:
    text = clean_text(data[: 4 * MESSAGE_CHARACTERS]).strip()[:MESSAGE_CHARACTERS]
    return Message("%(reason)s", {"reason": text}) if text else None


def _text(data: bytes) -> str:
    return clean_text(data[:NOTE_BYTES]).strip()
