"""The programs of teachers that a job brings, compiled: validators and a grader.

Their text never enters the jail of an answer.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from etude.grading import languages
from etude.grading.build import Build
from etude.grading.errors import CannotJudgeError, JobError
from etude.grading.graders import BuiltGrader
from etude.grading.job import RunJob
from etude.grading.messages import Message, _
from etude.grading.validators import BuiltValidator, files_to_compile
from etude.grading.verdict import CompileResult
from etude.jail import IsolationUnavailable, JailError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etude.grading.build import Builder
    from etude.grading.jails import JailSet
    from etude.grading.job import Job, Validator
    from etude.grading.languages import Language, Source

logger = logging.getLogger(__name__)

ATTEMPTS = 2
MAX_REASON_CHARACTERS = 2000
FAULT = _("A fault of this machine, not of the program; it has been logged.")
_UNAVAILABLE = _("The language %(language)s is not available on this machine.")
_VALIDATOR_REFUSED = _("The validator of this activity does not compile. %(reason)s")
_GRADER_REFUSED = _("The grader of this activity does not compile. %(reason)s")


def unavailable(language: str) -> Message:
    """Return the sentence on a language that this machine lacks."""
    return Message(_UNAVAILABLE, {"language": language})


def build_validator(builder: Builder, job: Job, validator: Validator | None) -> BuiltValidator | None:
    """Compile one of the job's validators, if it has it. Raises CannotJudgeError where that is impossible."""
    if validator is None:
        return None
    files = files_to_compile(validator)
    order = RunJob(language=validator.language, files=files, limits=validator.limits, hash_seed=job.hash_seed)
    language, source, executable = _build(builder, order, _VALIDATOR_REFUSED)
    return BuiltValidator(validator, language, source, executable)


def build_grader(builder: Builder, job: Job, jails: JailSet) -> BuiltGrader | None:
    """Compile the job's grader, if it has one. Raises CannotJudgeError where that is impossible."""
    grader = job.grader
    if grader is None:
        return None
    order = RunJob(language=grader.language, files=grader.files, limits=grader.limits, hash_seed=job.hash_seed)
    language, source, executable = _build(builder, order, _GRADER_REFUSED)
    return BuiltGrader(grader, language, source, jails, executable)


def _build(builder: Builder, order: RunJob, refused: str) -> tuple[Language, Source, Path | None]:
    """Compile a teacher's program."""
    language = languages.load().get(order.language)
    if language is None or not language.toolchain.state().is_available:
        raise CannotJudgeError(unavailable(order.language))
    build = build_twice(lambda: builder.build(language, order))
    if build.source is None:
        if build.is_our_fault:
            raise CannotJudgeError(Message(FAULT))
        said = build.result.output or (build.result.message.sentence if build.result.message else "")
        raise CannotJudgeError(Message(refused, {"reason": said[:MAX_REASON_CHARACTERS]}))
    return language, build.source, build.executable


def build_twice(build: Callable[[], Build]) -> Build:
    """Compile; a fault of the jail or of the cache's folder is tried again once, then it is ours."""
    for attempt in range(ATTEMPTS):
        try:
            return build()
        except (IsolationUnavailable, JobError):
            raise
        except (JailError, OSError, ValueError) as fault:  # ValueError: a compiler's report that cannot be read
            logger.warning("compiling failed, attempt %s: %s", attempt + 1, fault)
    return Build(result=CompileResult(ok=False, message=Message(FAULT)), is_our_fault=True)
