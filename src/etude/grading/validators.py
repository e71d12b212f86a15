"""Validators: programs of teachers that say whether an output is right, each run in a jail of its own.

| protocol | called as | says |
|---|---|---|
| `kattis` | `validator input answer feedback/ arguments < output` | exit code 42 right, 43 wrong; `judgemessage.txt` to the teacher, `teammessage.txt` to the student, `score.txt` or `score_multiplier.txt` |
| `testlib` | `validator input output answer arguments` | exit code 0 right, 1, 2, 4, 8 wrong, 7 in part (`points N` or `partial A/B` on standard error); 3 its own fault |
| `exit_code` | `validator input output answer arguments` (interactive: without `output`) | exit code 0 right, 1 wrong |
| `peg` | `validator answer output input arguments` | exit code 0 right, 1 wrong; two lines of standard output with a number each are a share: the first divided by the second |
| `static` | `validator language entry feedback/ arguments`, the answer's files around it | as `kattis`; see `static_validation` |
| `dmoj` | `check(process_output, judge_output, **kwargs)` in Python | True, False or a CheckerResult |

Whatever else happens is the validator's own fault: the verdict is IE, never WA, and the teacher is told.
"""  # noqa: E501 # a table

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from etude.grading import harness
from etude.grading.checkers import Outcome
from etude.grading.judge import jail_limits
from etude.grading.messages import Message, _, clean_text
from etude.jail import PythonProgram

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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
    "kattis": (TEAM_MESSAGE, JUDGE_MESSAGE, SCORE, MULTIPLIER),
    "static": (TEAM_MESSAGE, JUDGE_MESSAGE, SCORE, MULTIPLIER),
    "testlib": (),
    "exit_code": (),
    "peg": (),
    "dmoj": (VERDICT_FILE,),
}
COLLECT_BYTES = 4 << 20
MESSAGE_CHARACTERS = 2000
NOTE_BYTES = 16 * 1024
_CALLS: Mapping[str, tuple[str, ...]] = {
    "kattis": ("{input}", "{answer}", FEEDBACK),
    "testlib": ("{input}", "{output}", "{answer}"),
    "exit_code": ("{input}", "{output}", "{answer}"),
    "peg": ("{answer}", "{output}", "{input}"),
}
_UNREADABLE = _("The validator of this activity gave a score that cannot be read.")
_KATTIS_RIGHT, _KATTIS_WRONG = 42, 43
_PLAIN_RIGHT, _PLAIN_WRONG = 0, 1
_TESTLIB_RIGHT, _TESTLIB_WRONG, _TESTLIB_PART = 0, frozenset({1, 2, 4, 8}), 7
_POINTS = re.compile(rb"^points\s+([0-9]{1,9}(?:\.[0-9]{0,12})?)", re.MULTILINE)
_PARTIAL = re.compile(rb"^partial\s+([0-9]{1,9})/([1-9][0-9]{0,8})", re.MULTILINE)
_PLACE = re.compile(r"\{(?:input|output|answer)\}")
_PEG_LINES = 1_000
_NUMBER = re.compile(rb"\s*([0-9]{1,9}(?:\.[0-9]{0,12})?)\s*")


@dataclass(frozen=True, slots=True)
class BuiltValidator:
    """A validator that compiled: what it is, its language, its files and perhaps its executable."""

    validator: Validator
    language: Language
    source: Source
    executable: Path | None = None

    @property
    def collected(self) -> tuple[str, ...]:
        """What it writes that is brought back: where there may be another pass, its whole folder."""
        return (FEEDBACK,) if self.validator.max_passes > 1 else COLLECTED[self.validator.protocol]

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
            files |= {f"{FEEDBACK}.etude": b"", **test.feedback}  # an empty one, so that there is the folder
        arguments = (*self._names(), *self.validator.arguments, *test.validator_arguments)
        return with_arguments(self.language.run(replace(self.source, files=files), self.executable), arguments)

    def _names(self) -> tuple[str, ...]:
        """Return the words that tell it where input, output and answer are."""
        call = self.validator.call or _CALLS[self.validator.protocol]
        if not self.validator.call and self.validator.protocol == "exit_code" and self.validator.is_interactive:
            call = ("{input}", "{answer}")
        places = {"{input}": INPUT_FILE, "{output}": OUTPUT_FILE, "{answer}": ANSWER_FILE}
        return tuple(_PLACE.sub(lambda match: places[match[0]], word) for word in call)

    def _dmoj_program(self, test: Test, job: Job, files: dict[str, bytes]) -> PythonProgram:
        options = {
            "main": self.source.main,
            "point_value": int(test.worth) if test.worth == int(test.worth) else float(test.worth),
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
        try:
            outcome = _READERS[self.validator.protocol](record, test, self.validator)
        except (ValueError, TypeError, KeyError, ArithmeticError):
            return fault(record, _UNREADABLE)
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
        collect=built.collected,
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
    if validator.points_unit == "penalty" and not is_accepted:
        share = None  # what is rejected has lost all, however small its score
    outcome = Outcome(is_accepted, _said(files.get(TEAM_MESSAGE, b"")), share=share, note=note)
    return _with_next_pass(outcome, record) if validator.max_passes > 1 else outcome


def _with_next_pass(outcome: Outcome, record: RunRecord) -> Outcome:
    """The outcome with what the validator wants to go on with, by the format's rules."""
    if FEEDBACK in record.refused:
        sentence = _("The validator of this activity left more in its feedback folder than can be kept for it.")
        return fault(record, sentence)
    next_pass = record.collected.get(NEXT_PASS)
    if next_pass is not None and not outcome.is_accepted:
        sentence = _("The validator of this activity asked for another pass of an answer that it rejected.")
        return fault(record, sentence)
    kept = {name: data for name, data in record.collected.items() if name != NEXT_PASS}
    return replace(outcome, next_pass=next_pass, feedback=kept)


def _read_testlib(record: RunRecord, test: Test, validator: Validator) -> Outcome:
    note = _text(record.stderr or record.stdout)
    if record.exit_code == _TESTLIB_RIGHT:
        return Outcome(is_accepted=True, note=note)
    if record.exit_code in _TESTLIB_WRONG:
        return Outcome(is_accepted=False, note=note)
    if record.exit_code != _TESTLIB_PART:
        return wrong_end(record)
    share = _testlib_share(record.stderr, test, validator)
    return fault(record, _UNREADABLE) if share is None else Outcome(is_accepted=True, share=share, note=note)


def _testlib_share(stderr: bytes, test: Test, validator: Validator) -> Fraction | None:
    """Return the share that testlib's `quitp` said, or COCI's `partial`; None for none, or for more than there is."""
    part, points = _PARTIAL.search(stderr), _POINTS.search(stderr)
    if part is not None:
        share = Fraction(int(part[1]), int(part[2]))
        return share if share <= 1 else None
    if points is None or (validator.points_unit == "points" and _number(points[1]) > Fraction(test.worth)):
        return None
    return _share(_number(points[1]), test, validator)


def _read_exit_code(record: RunRecord, _test: Test, _validator: Validator) -> Outcome:
    if record.exit_code not in {_PLAIN_RIGHT, _PLAIN_WRONG}:
        return wrong_end(record)
    return Outcome(record.exit_code == _PLAIN_RIGHT, note=_text(record.stdout or record.stderr))


def _read_peg(record: RunRecord, test: Test, validator: Validator) -> Outcome:
    outcome = _read_exit_code(record, test, validator)
    lines = record.stdout.split(b"\n", _PEG_LINES)[:_PEG_LINES]
    for line, following in pairwise(lines):
        if _NUMBER.fullmatch(line) and _NUMBER.fullmatch(following) and _number(following):
            share = min(_number(line) / _number(following), Fraction(1))
            if share and not outcome.is_fault:
                return replace(outcome, is_accepted=True, share=share)
    return outcome


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


_READERS: Mapping[str, Callable[[RunRecord, Test, Validator], Outcome]] = {
    "kattis": _read_kattis,
    "static": _read_kattis,
    "testlib": _read_testlib,
    "exit_code": _read_exit_code,
    "peg": _read_peg,
    "dmoj": _read_dmoj,
}


def _share(number: Fraction, test: Test, validator: Validator) -> Fraction:
    whole = {"share": Fraction(1), "percent": Fraction(100)}.get(validator.points_unit, Fraction(test.worth))
    share = min(number / whole, Fraction(1))
    return 1 - share if validator.points_unit == "penalty" else share


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
