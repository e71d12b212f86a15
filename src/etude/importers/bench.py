"""Where importers run what a package brings: solutions whose time is measured, generators that make tests.

Everything runs in the engine's jails, which are made when the first program needs one: a package that needs none can be
read where programs cannot be isolated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from etude.content import ContentError
from etude.content.errors import mark as _
from etude.grading import languages
from etude.grading.build import Builder
from etude.grading.engine import grade
from etude.grading.jails import JailSet
from etude.grading.job import RunJob
from etude.grading.judge import jail_limits
from etude.grading.validators import with_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from etude.grading.job import Job
    from etude.grading.languages import Language, Source
    from etude.grading.limits import Limits
    from etude.grading.verdict import Verdict
    from etude.jail import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program of a package that compiled, ready to be run as often as is wanted."""

    language: Language
    source: Source
    executable: Path | None
    limits: Limits


class Bench:
    """The jails in which a package's programs run; a context manager. uid, tier: as in `JailSet`."""

    def __init__(self, *, uid: int | None = None, tier: str = "full", cache_dir: Path | None = None) -> None:
        self._uid, self._tier = uid, tier
        self._cache_dir = cache_dir
        self._jails: JailSet | None = None
        self._builder: Builder | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._builder is not None:
            self._builder.__exit__(None, None, None)
        if self._jails is not None:
            self._jails.close()

    def judge(self, job: Job) -> Verdict:
        """Judge an answer. Raises IsolationUnavailable where nothing can be run."""
        return grade(job, self._open(), cache_dir=self._cache_dir)

    def compile(self, files: Mapping[str, bytes], language: str, limits: Limits, *, version: str = "") -> Tool:
        """Compile a program of a package.

        Raises ContentError for one that does not compile, or whose language this machine lacks; JailError.
        """
        jails = self._open()
        if self._builder is None:
            self._builder = Builder(jails, self._cache_dir)
        path, known = next(iter(files)), languages.load()[language]
        if not known.toolchain.state().is_available:
            sentence = _("This is written in %(language)s, which this machine does not have.")
            raise ContentError(path, "", sentence, {"language": known.label})
        job = RunJob(language=language, files=files, limits=limits, version=version)
        build = self._builder.build(known, job)
        if build.source is None:
            said = build.result.output or build.result.message or ""
            raise ContentError(path, "", _("This program does not compile: %(reason)s"), {"reason": str(said)[:500]})
        return Tool(language=known, source=build.source, executable=build.executable, limits=limits)

    def run(self, tool: Tool, arguments: Sequence[str] = (), *, stdin: bytes = b"",
            files: Mapping[str, bytes] | None = None) -> RunRecord:  # fmt: skip
        """Run a compiled program. files: beside it. Raises JailError."""
        jails = self._open()
        source = replace(tool.source, files={**tool.source.files, **(files or {})})
        program = with_arguments(tool.language.run(source, tool.executable), tuple(arguments))
        jail = jails.for_program(program, RunJob(language=tool.language.name, files=source.files))
        return jail.run(program, stdin=stdin, limits=jail_limits(tool.limits, tool.language))

    def _open(self) -> JailSet:
        if self._jails is None:
            self._jails = JailSet(uid=self._uid, tier=self._tier)
        return self._jails
