"""A static validator reads what was handed in and runs nothing of it: `validator language entry feedback/ arguments`.

It finds the answer's files in its working directory, as Kattis's format has it, and says what it thinks by exit code
and feedback folder as any other Kattis validator does. Its own files lie in a folder whose name no answer can use, so
that a file of the answer cannot stand in for a module of the validator.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from etude.grading import languages
from etude.grading.judge import jail_limits
from etude.grading.validators import COLLECT_BYTES, FEEDBACK, with_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.grading.checkers import Outcome
    from etude.grading.jails import JailSet
    from etude.grading.job import Job, Test
    from etude.grading.validators import BuiltValidator
    from etude.jail import ExecProgram, PythonProgram

PROGRAM_FOLDER = "__etude_validator/"
KATTIS_CODES: Mapping[str, str] = {
    "c": "c", "cpp": "cpp", "csharp": "csharp", "java": "java", "javascript": "javascript", "python": "python3",
    "shell": "bash",
}  # fmt: skip
"""Our languages by Kattis's names for them; what it has none for goes by ours."""


def run_static_validator(built: BuiltValidator, jails: JailSet, test: Test, job: Job) -> Outcome:
    """Judge the text of an answer. Raises JailError."""
    record = jails.judge().run(
        _program(built, test, job),
        limits=jail_limits(built.validator.limits, built.language),
        collect=built.collected,
        collect_bytes=COLLECT_BYTES,
    )
    return built.read(record, test)


def _program(built: BuiltValidator, test: Test, job: Job) -> PythonProgram | ExecProgram:
    own = {PROGRAM_FOLDER + name: data for name, data in built.source.files.items()}
    source = replace(
        built.source,
        files={**job.files, f"{FEEDBACK}.etude": b"", **own},
        main=PROGRAM_FOLDER + built.source.main,
    )
    words = (KATTIS_CODES.get(job.language, job.language), _entry(job), FEEDBACK)
    arguments = (*words, *built.validator.arguments, *test.validator_arguments)
    return with_arguments(built.language.run(source, built.executable), arguments)


def _entry(job: Job) -> str:
    """Where the answer starts: its class in Java, else its file; "" where no file is that."""
    language = languages.load()[job.language]
    main = languages.find_main(language, job.files) or ""
    return main.removesuffix(".java")
