"""Languages that answers can be written in. One file each; `languages.load()` finds them by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from etude.grading.calls import Call
    from etude.grading.messages import Message
    from etude.grading.toolchains import Toolchain
    from etude.grading.verdict import CompileLine
    from etude.jail import ExecProgram, PythonProgram


DEFAULT_MEMORY_BYTES = 256 << 20
# Where a compiler's jail shows the headers that were compiled before.
HEADERS_PLACE = "/headers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An answer's files by name, and which of them is the program.

    version: of the language, one of its `versions`; "" is the first of them. memory_bytes: what a run may use, for
    runtimes that must be told.
    """

    files: Mapping[str, bytes]
    main: str
    version: str = ""
    memory_bytes: int = DEFAULT_MEMORY_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header that takes long to read, and the program that compiles it once for all answers.

    path: where the compiler looks for the compiled header, below HEADERS_PLACE; another path for another compiler or
    other flags. program: makes the file `made` in its working directory. beside: the header itself, which stands at the
    same path without its suffix: a compiled one is used once, by the first file that includes it first.
    """

    path: str
    program: ExecProgram
    made: str
    beside: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """A program that shows that the language works here: given stdin it prints expected."""

    source: bytes
    stdin: bytes
    expected: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """How a language makes the calls of a job.

    wrap: from an answer, the calls, and the numbers of those that the compiler refused (with what it said), to a
    program that makes the call that stands in the file `calls.CALL_FILE` and writes `("value", …)` into
    `calls.RESULT_FILE`, or else `("missing", name)`, `("uncrossable", …)`, `("arity", how many it takes)` or
    `("type", what does not fit)`. It is compiled where the language compiles. Raises JobError for what the language
    has no words for. write: a call and its number as CALL_FILE has it. read: what was written into RESULT_FILE; raises
    ValueError. has_tuples: a tuple that is expected is none of its lists. check: compiles the answer alone, to tell its
    own mistakes from calls that do not fit it; compile errors in a file `calls.CALL_FILE` are of the call whose number
    is the line.
    """

    wrap: Callable[[Source, Sequence[Call], Mapping[int, str]], Source]
    write: Callable[[Call, int], bytes]
    read: Callable[[bytes], Any]
    has_tuples: bool = False
    check: Callable[[Source], ExecProgram] | None = None


class Scripts(Protocol):
    """How a language makes the two programs of a test script: they talk as `conversation` has it.

    Each raises JobError for a script whose functions have types that cannot cross; its `file` is the script's own name
    in its jail, `script_name`, or one of files: those of the test.
    """

    @property
    def script_name(self) -> str:
        """What the script is called in its jail."""

    def names(self, script: bytes, files: Mapping[str, bytes]) -> tuple[str, ...]:
        """Return the functions of the answer that a script calls, by their numbers."""

    def script_source(self, script: bytes, files: Mapping[str, bytes], version: str) -> Source:
        """Return the script's program."""

    def answer_source(
        self, source: Source, script: bytes, files: Mapping[str, bytes], misfits: Mapping[int, str]
    ) -> Source:
        """Return the answer's program. misfits: the numbers of functions that the compiler refused (see Calls)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language.

    source_name: the program's usual file name. extensions: of its source files, with the dot. takes_many_sources: all
    source files are compiled together, whatever their names; else one must be `source_name` or the only one. versions:
    those that an activity may ask for, the usual one first; () where there is one only.

    readable: patterns of paths outside /usr that its programs must be able to read. compile: the program that compiles,
    run in the jail. resident: a compiler that stays, which is asked first (see resident.py). headers: those that may be
    compiled beforehand for a source; the compiler finds them in HEADERS_PLACE, or does without. read_errors: what it
    printed (stdout, stderr) to errors; an answer is refused when it ended badly or when there are errors. artefact: the
    file it makes, kept and handed to `run` as executable; "" when nothing is made (a mere check of the syntax).
    artefacts_beside: others that are brought back if they were made; pack: makes one file of all of them.

    run: the program that is judged, from the source (test files included) and the executable. runtime_bytes: memory
    that the language's own runtime uses beside the program, allowed on top of the activity's limit.
    limits_address_space: False for runtimes that reserve far more than they use. has_deep_stack: the stack may take a
    part of the memory, where it would be 8 MiB otherwise. needs_processes: its programs always may fork. memory_marks:
    found in the last line of the errors of a run that ended badly, they mean that memory ran out. explain: a sentence
    from the errors of a run that ended badly, None when they say nothing. has_function_tests: test scripts can call its
    functions. has_cold_start: its programs are forks of a warm interpreter, unless a job is cold.
    console_files: what stands beside a program in a console besides, from its own files.
    asks_for_cursor: its runtime asks a terminal for the place of the cursor and waits for the answer.
    calls: how calls of its functions are tested; None: they cannot be. scripts: how test scripts in the language itself
    are compiled; None where scripts are Python's.
    """

    name: str
    label: str
    source_name: str
    extensions: tuple[str, ...]
    takes_many_sources: bool = False
    versions: tuple[str, ...] = ()
    toolchain: Toolchain
    readable: tuple[str, ...] = ()
    compile: Callable[[Source], ExecProgram | PythonProgram]
    resident: Callable[[], ExecProgram] | None = None
    headers: Callable[[Source], tuple[Header, ...]] = lambda _source: ()
    read_errors: Callable[[str, str], tuple[CompileLine, ...]]
    artefact: str = ""
    artefacts_beside: tuple[str, ...] = ()
    pack: Callable[[Mapping[str, bytes]], bytes] | None = None
    run: Callable[[Source, Path | None], ExecProgram | PythonProgram]
    runtime_bytes: int = 0
    limits_address_space: bool = True
    has_deep_stack: bool = False
    needs_processes: bool = False
    memory_marks: tuple[bytes, ...] = ()
    explain: Callable[[bytes, Source], Message | None] = lambda _stderr, _source: None
    has_function_tests: bool = False
    has_cold_start: bool = False
    asks_for_cursor: bool = False
    is_read_whole: bool = False
    console_files: Callable[[Mapping[str, bytes]], Mapping[str, bytes]] = lambda _files: {}
    calls: Calls | None = None
    scripts: Scripts | None = None
    self_test: SelfTest


_registry: Registry[Language] = Registry("etude.grading.languages", group="etude.languages")
load = _registry.load


def available(tier: str = "full") -> dict[str, Language]:
    """Return the languages whose toolchain this machine has: only these may be offered to students.

    tier: with "reduced" isolation (see jail) those are left out whose programs start others.
    """
    here = {name: language for name, language in load().items() if language.toolchain.state().is_available}
    return {name: language for name, language in here.items() if tier == "full" or not language.needs_processes}


def readable_paths() -> tuple[Path, ...]:
    """Return what the jails must show besides the system's programs, for the languages of this machine."""
    patterns = {pattern for language in load().values() for pattern in language.readable}
    return tuple(sorted(path for pattern in patterns for path in Path("/").glob(pattern.lstrip("/"))))


def find_main(language: Language, files: Mapping[str, bytes]) -> str | None:
    """Return which file is the program, or None when there is none or when it could be several."""
    names = sorted(name for name in files if name.endswith(language.extensions))
    if language.source_name in names:
        return language.source_name
    if len(names) == 1 or (names and language.takes_many_sources):
        return names[0]
    return None
