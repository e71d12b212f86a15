"""Languages that answers can be written in. One file each; `languages.load()` finds them by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from etude.grading.messages import Message
    from etude.grading.toolchains import Toolchain
    from etude.grading.verdict import CompileLine
    from etude.jail import ExecProgram, PythonProgram


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An answer's files by name, and which of them is the program."""

    files: Mapping[str, bytes]
    main: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """A program that shows that the language works here: given stdin it prints expected."""

    source: bytes
    stdin: bytes
    expected: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language.

    source_name: the program's usual file name. extensions: of its source files, with the dot. takes_many_sources: all
    source files are compiled together, whatever their names; else one must be `source_name` or the only one.
    compile: the program that compiles, run in the jail. read_errors: what it printed (stdout, stderr) to errors; an
    answer is refused when it ended badly or when there are errors. artefact: the file it makes, kept and handed to
    `run` as executable; "" when nothing is made (a mere check of the syntax). run: the program that is judged, from the
    source (test files included) and the executable. memory_marks: found in the errors of a run that ended badly, they
    mean that memory ran out. explain: a sentence from the errors of a run that ended badly, None when they say nothing.
    has_function_tests: test scripts can call its functions.
    """

    name: str
    label: str
    source_name: str
    extensions: tuple[str, ...]
    takes_many_sources: bool = False
    toolchain: Toolchain
    compile: Callable[[Source], ExecProgram | PythonProgram]
    read_errors: Callable[[str, str], tuple[CompileLine, ...]]
    artefact: str = ""
    run: Callable[[Source, Path | None], ExecProgram | PythonProgram]
    memory_marks: tuple[bytes, ...] = ()
    explain: Callable[[bytes, Source], Message | None] = lambda _stderr, _source: None
    has_function_tests: bool = False
    self_test: SelfTest


_registry: Registry[Language] = Registry("etude.grading.languages", group="etude.languages")
load = _registry.load


def available() -> dict[str, Language]:
    """Return the languages whose toolchain this machine has: only these may be offered to students."""
    return {name: language for name, language in load().items() if language.toolchain.state().is_available}


def find_main(language: Language, files: Mapping[str, bytes]) -> str | None:
    """Return which file is the program, or None when there is none or when it could be several."""
    names = sorted(name for name in files if name.endswith(language.extensions))
    if language.source_name in names:
        return language.source_name
    if len(names) == 1 or (names and language.takes_many_sources):
        return names[0]
    return None
