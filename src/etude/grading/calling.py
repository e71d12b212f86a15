"""Tests of one call: the answer is run as a program that makes the call, and the value it wrote is compared here."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from etude.grading.calls import CALL_FILE, RESULT_BYTES, RESULT_FILE, Call, Tolerance, is_same
from etude.grading.judge import Ending, judge_run
from etude.grading.messages import Message, _, clean_text
from etude.grading.plain import without_tuples
from etude.grading.validators import with_arguments
from etude.grading.verdict import Status

if TYPE_CHECKING:
    from pathlib import Path

    from etude.grading.job import Job, Test
    from etude.grading.languages import Language, Source
    from etude.jail import RunRecord

_ERROR_CHARACTERS = 300
_SHORT = reprlib.Repr()
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxset = _SHORT.maxfrozenset = _SHORT.maxdict = 20
_SHORT.maxstring = _SHORT.maxother = 300
_SHORT.maxlevel = 4


@dataclass(frozen=True, slots=True)
class CalledAnswer:
    """An answer wrapped so that it makes one of the job's calls."""

    language: Language
    source: Source
    executable: Path | None
    numbers: dict[str, int]

    def run(self, test: Test) -> tuple[Any, dict[str, Any]]:
        """Return the program for one test, and what to collect when it has run."""
        assert test.call is not None
        assert self.language.calls is not None
        chosen = {CALL_FILE: self.language.calls.write(test.call, self.numbers[test.call.text])}
        source = replace(self.source, files={**self.source.files, **test.files, **chosen})
        program = with_arguments(self.language.run(source, self.executable), test.arguments)
        return program, {"collect": (RESULT_FILE,), "collect_bytes": RESULT_BYTES}


def calls_of(job: Job) -> tuple[Call, ...]:
    """The different calls of a job, in their order."""
    calls = {test.call.text: test.call for test in job.tests if test.call is not None}
    return tuple(calls.values())


def judge_call(call: Call, record: RunRecord, job: Job, language: Language, source: Source) -> tuple[Ending, str]:
    """Return how the call went, and the value it gave, shortened for people ("" if it gave none)."""
    ending = judge_run(record, job.limits, language, source)
    if ending.status is Status.RTE and record.signal is None and language.explain(record.stderr, source) is None:
        last_line = clean_text(record.stderr).rstrip().rpartition("\n")[2][:_ERROR_CHARACTERS]
        values: dict[str, str | int] = {"call": call.text, "error": last_line}
        ending = Ending(Status.RTE, Message(_("The call %(call)s stopped: %(error)s"), values))
    if ending.status is not Status.AC:
        return ending, ""
    assert language.calls is not None
    try:
        kind, value = language.calls.read(record.collected[RESULT_FILE])
    except (KeyError, TypeError, ValueError):
        return Ending(Status.RTE, Message(_("The program ended before the checks were through."))), ""
    if kind != "value":
        return _refused(call, kind, value), ""
    expected = call.result if language.calls.has_tuples else without_tuples(call.result)
    if is_same(expected, value, tolerance_of(job)):
        return Ending(Status.AC), _shown(value)
    values = {"call": call.text, "value": _shown(value)}
    return Ending(Status.WA, Message(_("%(call)s gives %(value)s."), values)), _shown(value)


def _refused(call: Call, kind: object, found: object) -> Ending:
    """The call could not be made, or what it gave is nothing to compare."""
    if kind == "missing":
        return Ending(Status.RTE, Message(_("The program defines no %(name)s."), {"name": call.function}))
    detail = clean_text(str(found))[:_ERROR_CHARACTERS]
    values: dict[str, str | int] = {"call": call.text, "name": call.function, "detail": detail}
    if kind == "arity":
        values["given"] = len(call.arguments)
        sentence = _("%(name)s takes another number of values (%(detail)s) than the call %(call)s gives (%(given)s).")
        return Ending(Status.RTE, Message(sentence, values))
    if kind == "type":
        sentence = _("The call %(call)s does not fit the types of %(name)s: %(detail)s")
        return Ending(Status.RTE, Message(sentence, values))
    return Ending(Status.WA, Message(_("%(call)s gives no plain value."), {"call": call.text}))


def tolerance_of(job: Job) -> Tolerance:
    """Return how near floats must be: as the checker `floats` is told, else nearly the same."""
    if job.checker.name != "floats":
        return Tolerance()
    options = {"absolute_tolerance": 1e-6, "relative_tolerance": 1e-6, **job.checker.options}
    return Tolerance(
        absolute=float(str(options["absolute_tolerance"])), relative=float(str(options["relative_tolerance"]))
    )


def _shown(value: object) -> str:
    try:
        return _SHORT.repr(value)
    except ValueError:  # a number with more digits than Python writes
        return "…"
