"""Graders: programs of teachers that say what a group of tests is worth, each run in the judges' jail (Kattis legacy).

A grader is called with its group's arguments. It reads a line for each test and each group inside, in the order in
which they were judged (`AC 12.5`: a verdict and its score), and prints one such line for the group. Whatever else
happens is its own fault: the verdict of the whole is IE, never anything that could be blamed on the answer.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from etude.grading.errors import CannotJudgeError
from etude.grading.judge import jail_limits
from etude.grading.messages import Message, _
from etude.grading.validators import with_arguments
from etude.grading.verdict import Status
from etude.jail import IsolationUnavailable, JailError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from etude.grading.jails import JailSet
    from etude.grading.job import Grader, TestGroup
    from etude.grading.languages import Language, Source
    from etude.jail import RunRecord

logger = logging.getLogger(__name__)

ATTEMPTS = 2
# The format has no words of their own for the other two.
_WORDS = {Status.MLE: "RTE", Status.OLE: "RTE"}
_ANSWER = re.compile(rb"\s*(AC|WA|RTE|TLE|JE)\s+(-?[0-9]{1,12}(?:\.[0-9]{0,12})?)\s*")
_DECIMALS = 6
_FAULT = _("A fault of this machine kept the grader of this activity from running.")


@dataclass(frozen=True, slots=True)
class Part:
    """A test, or a group inside, as a grader is told of it: its verdict and its score."""

    status: Status
    score: Fraction

    @property
    def line(self) -> str:
        """The part as the grader reads it."""
        return f"{_WORDS.get(self.status, self.status.value)} {float(round(self.score, _DECIMALS)):.{_DECIMALS}f}"


@dataclass(frozen=True, slots=True)
class BuiltGrader:
    """A grader that compiled."""

    grader: Grader
    language: Language
    source: Source
    jails: JailSet
    executable: Path | None = None

    def decide(self, group: TestGroup, parts: Sequence[Part]) -> Part:
        """Return what the grader says of a group, from the parts of it that were judged.

        Raises CannotJudgeError when it fails; IsolationUnavailable.
        """
        for attempt in range(ATTEMPTS):
            try:
                return self._read(self._run(group, parts))
            except IsolationUnavailable:
                raise
            except JailError as fault:
                logger.warning("a grader failed, attempt %s: %s", attempt + 1, fault)
        raise CannotJudgeError(Message(_FAULT))

    def _run(self, group: TestGroup, parts: Sequence[Part]) -> RunRecord:
        program = with_arguments(self.language.run(self.source, self.executable), group.grader_arguments)
        told = "".join(f"{part.line}\n" for part in parts).encode()
        return self.jails.judge().run(program, stdin=told, limits=jail_limits(self.grader.limits, self.language))

    @staticmethod
    def _read(record: RunRecord) -> Part:
        if record.cpu_exceeded or record.wall_exceeded or record.output_exceeded or record.memory_exceeded:
            raise _fault(record, _("The grader of this activity went over a limit of its own."))
        if record.signal is not None:
            raise _fault(record, _("The grader of this activity was ended by signal %(signal)s."), signal=record.signal)
        if record.exit_code != 0:
            code = record.exit_code or 0
            raise _fault(record, _("The grader of this activity ended with exit code %(exit_code)s."), exit_code=code)
        found = _ANSWER.fullmatch(record.stdout)
        if found is None or found[1] == b"JE":
            raise _fault(record, _("The grader of this activity gave a result that cannot be read."))
        return Part(Status(found[1].decode()), Fraction(found[2].decode().removesuffix(".")))


def _fault(record: RunRecord, sentence: str, **values: str | int) -> CannotJudgeError:
    """The fault of a grader; its own last words go to the log, for they may say too much to a student."""
    logger.warning("a grader failed: %s", record.stderr[-1000:].decode("utf-8", "replace"))
    return CannotJudgeError(Message(sentence, values))
