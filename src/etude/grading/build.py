"""From an answer's files to something that runs: find the program, compile it in the jail, keep what was compiled."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from etude import jail as wall
from etude.grading.cache import BuildCache
from etude.grading.errors import JobError
from etude.grading.headers import HeaderCache
from etude.grading.hints import find_hints
from etude.grading.job import Job
from etude.grading.languages import Source, find_main
from etude.grading.messages import Message, _, clean_text
from etude.grading.verdict import CompileLine, CompileResult

if TYPE_CHECKING:
    from etude.grading.jails import JailLike, JailSet
    from etude.grading.job import RunJob
    from etude.grading.languages import Language
    from etude.jail import ExecProgram, PythonProgram, RunRecord

COMPILE_LIMITS = wall.Limits(
    cpu_time_s=20.0,
    wall_time_s=60.0,
    memory_bytes=2 << 30,
    output_bytes=256 << 10,
    scratch_bytes=128 << 20,
    may_fork=True,
    open_files=256,
)
CHECK_LIMITS = wall.Limits(cpu_time_s=5.0, wall_time_s=20.0, memory_bytes=512 << 20)
MAX_PROGRAM_BYTES = 64 << 20
OUTPUT_CHARACTERS = 16 * 1024
# What belongs to the jail or the machine, not to the student: the linker's path, temporary object files, our folder.
_OWN_PATHS = re.compile(r"/usr/bin/(?:[\w-]+-)?ld: |(?:/tmp/)?cc\w{6}\.o:|/box/(?:\./)?|(?<![\w/.])\./")


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What compiling gave; source and executable are set when it went well (executable: None when none is made).

    is_checked: False while nobody has looked at the syntax yet: the first run to its end proves it (see unchecked).
    """

    result: CompileResult
    source: Source | None = None
    executable: Path | None = None
    is_our_fault: bool = False
    is_checked: bool = True


def find_source(language: Language, job: Job | RunJob) -> Source | None:
    """Return a job's files as a program, None when no file is the program. Raises JobError for an unknown version."""
    if job.version and job.version not in language.versions:
        raise JobError(_("%(language)s has no version “%(version)s”."), language=language.label, version=job.version)
    main = find_main(language, job.files)
    if main is None:
        return None
    return Source(files=job.files, main=main, version=job.version, memory_bytes=job.limits.memory_bytes)


def unchecked(language: Language, job: Job | RunJob) -> Build | None:
    """Return an answer that need not be checked unless its first run ends badly; None for one that must be.

    The check would cost as much as a test, and nearly every answer passes it. What runs besides the answer (a
    validator, a script) is not begun before it is checked. Raises JobError as find_source does.
    """
    tests = job.tests if isinstance(job, Job) else ()
    names = [*job.files, *(name for test in tests for name in test.files)]
    is_alone = sum(name.endswith(language.extensions) for name in names) == 1
    has_others = any(test.is_function_test for test in tests) or (isinstance(job, Job) and len(job.languages) > 1)
    if not language.is_read_whole or not is_alone or has_others:
        return None
    source = find_source(language, job)
    return None if source is None else Build(result=CompileResult(ok=True), source=source, is_checked=False)


class Builder:
    """Compiles answers; a context manager, for the folder it needs when there is no cache.

    Raises JailError for a fault of the jail, OSError for a cache that cannot be written.
    """

    def __init__(self, jails: JailSet, cache_dir: Path | None) -> None:
        self._jails = jails
        self._cache_dir = cache_dir
        self._own_folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def build(self, language: Language, job: Job | RunJob) -> Build:
        """Compile, or find what was compiled before from the same source, flags and compiler.

        Raises JobError for a version that the language does not have.
        """
        source = find_source(language, job)
        if source is None:
            message = Message(_("The answer has no file named %(name)s."), {"name": language.source_name})
            return Build(result=CompileResult(ok=False, message=message))
        return self.build_source(language, source, job)

    def build_source(self, language: Language, source: Source, job: Job | RunJob) -> Build:
        """Compile this source, whatever the job's own files are."""
        if not language.artefact:
            return self._check(language, source, job)
        return self._compile(language, source)

    def check_alone(self, language: Language, source: Source, program: ExecProgram) -> CompileResult:
        """Run a compiler that makes nothing; how it ended."""
        limits = replace(COMPILE_LIMITS, address_space=language.limits_address_space)
        record = self._jails.native().run(program, limits=limits)
        return compile_result(replace(language, artefact=""), source, record)

    def _check(self, language: Language, source: Source, job: Job | RunJob) -> Build:
        """Compile without making a file: not worth a cache."""
        program = language.compile(source)
        limits = replace(CHECK_LIMITS, address_space=language.limits_address_space)
        record = self._jails.for_program(program, job).run(program, limits=limits)
        result = compile_result(language, source, record)
        return Build(result=result, source=source if result.ok else None)

    def _compile(self, language: Language, source: Source) -> Build:
        program = language.compile(source)
        cache = BuildCache(directory=self._folder() / "build")
        command = getattr(program, "argv", ())
        key = cache.key((language.name, language.toolchain.state().version, *command), source.files)
        found = cache.find(key)
        if found is not None:
            result = CompileResult(ok=True, output=found[1], cached=True)
            return Build(result=result, source=source, executable=found[0])
        record = self._run_compiler(language, source, program)
        result = compile_result(language, source, record)
        if not result.ok:
            return Build(result=result)
        made = language.pack(record.collected) if language.pack else record.collected[language.artefact]
        executable = cache.store(key, made, result.output)
        return Build(result=result, source=source, executable=executable)

    def _run_compiler(self, language: Language, source: Source, program: ExecProgram | PythonProgram) -> RunRecord:
        resident = self._jails.resident(language)
        if resident is not None:
            sources = {name: data for name, data in source.files.items() if name.endswith(language.extensions)}
            record = resident.compile(replace(source, files=sources))
            if record is not None:
                return record
        limits = replace(COMPILE_LIMITS, address_space=language.limits_address_space)
        names = (language.artefact, *language.artefacts_beside)
        jail = self._compiler(language, source)
        return jail.run(program, limits=limits, collect=names, collect_bytes=MAX_PROGRAM_BYTES)

    def _compiler(self, language: Language, source: Source) -> JailLike:
        """Return the jail to compile in, with the headers that this source is better off with."""
        headers = language.headers(source) if self._cache_dir is not None else ()
        if self._cache_dir is None or not headers:
            return self._jails.native()
        cache = HeaderCache(directory=self._cache_dir / "headers")
        cache.prepare(headers, self._jails)
        return self._jails.compiler(cache.directory)

    def _folder(self) -> Path:
        if self._cache_dir is not None:
            return self._cache_dir
        if self._own_folder is None:
            self._own_folder = tempfile.TemporaryDirectory(prefix="etude-build-")
        return Path(self._own_folder.name)


def compile_result(language: Language, source: Source, record: RunRecord) -> CompileResult:
    """Read how a compiler ended: what it said without our paths, the errors with their lines, hints."""
    stdout = clean_text(record.stdout)
    stderr = clean_text(record.stderr)
    ended_well = record.exit_code == 0 and not _limit_message(record)
    lines = _read_errors(language, stdout, stderr, is_whole=ended_well)
    made = not language.artefact or bool(record.collected.get(language.artefact))
    is_ok = ended_well and not lines and made
    said = [f"{line.file}:{line.line}: {line.message}" for line in lines]
    output = _OWN_PATHS.sub("", stderr).strip() if language.artefact else "\n".join(said)
    return CompileResult(
        ok=is_ok,
        time_ms=round(record.wall_us / 1000),
        output=output[:OUTPUT_CHARACTERS],
        lines=lines,
        hints=() if is_ok else find_hints(source.files, lines),
        message=None if is_ok else _failure(record, has_errors=bool(lines)),
        refused_calls=record.refused_calls,
    )


def _read_errors(language: Language, stdout: str, stderr: str, *, is_whole: bool) -> tuple[CompileLine, ...]:
    """Read the errors; a check that was ended may have said half of them only. Raises ValueError for nonsense."""
    try:
        return language.read_errors(stdout, stderr)
    except ValueError:
        if is_whole or language.artefact:
            raise
        return ()


def _limit_message(record: RunRecord) -> Message | None:
    if record.cpu_exceeded or record.wall_exceeded:
        return Message(_("Compiling took too long."))
    if record.output_exceeded:
        return Message(_("The compiler printed too many messages."))
    if record.memory_exceeded:
        return Message(_("Compiling took too much memory."))
    return None


def _failure(record: RunRecord, *, has_errors: bool) -> Message:
    if has_errors and record.exit_code is not None:
        return Message(_("The program does not compile."))
    return _limit_message(record) or Message(_("The compiler gave up on this program."))
