"""What the GNU compilers have in common: their command line, headers compiled beforehand, how they report errors."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from etude.grading import gnu_calls, plain
from etude.grading.calls import write_number
from etude.grading.gnu_scripts import Scripts
from etude.grading.languages import HEADERS_PLACE, Calls, Header
from etude.grading.messages import Message, _
from etude.grading.toolchains import SEARCH_PATH
from etude.grading.verdict import CompileLine
from etude.jail import ExecProgram

if TYPE_CHECKING:
    from pathlib import Path

    from etude.grading.languages import Source
    from etude.grading.toolchains import Toolchain

ARTEFACT = "a.out"
# Inside the jail only: /tmp is the run's own.
_ENVIRONMENT = {"PATH": SEARCH_PATH, "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}  # noqa: S108
_COMMON_FLAGS = ("-O2", "-pipe", "-Wall", "-fdiagnostics-color=never", "-fmax-errors=50")
_COMPILED_HEADER = "header.gch"
_LAYOUT = "2: each with its header beside it"
_ERROR = re.compile(r"^([^\n:]+):(\d+):(?:(\d+):)? (?:fatal )?error: (.*)$", re.MULTILINE)
_UNCAUGHT = re.compile(
    r"^terminate called after throwing an instance of '([^'\n]+)'(?:\n  what\(\):  ([^\n]*))?", re.MULTILINE
)
_ASSERTION = re.compile(r"^[^:\n]+: (?:\./)?([^:\n]+):(\d+): (?:.*: )?(Assertion `.*' failed)\.$", re.MULTILINE)
_MEMORY = re.compile(
    r"^((?:free|malloc|realloc|munmap_chunk|double free|corrupted)\b.*|\*\*\* stack smashing.*)$", re.MULTILINE
)
_TAIL_BYTES = 4096
_ERROR_CHARACTERS = 300
_UNDEFINED = re.compile(r"undefined reference to .+$", re.MULTILINE)
_INCLUDE = re.compile(rb"^[ \t]*#[ \t]*include[ \t]*<([^>\n]+)>", re.MULTILINE)
_STOPPED = _("The program stopped: %(error)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """One compiler of the family.

    versions: what `-std=` may be, the usual one first. libraries: flags after the sources. slow_headers: those worth
    compiling beforehand, one set of them per version; only a file's first include can be taken from there.
    """

    toolchain: Toolchain
    extensions: tuple[str, ...]
    versions: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    slow_headers: tuple[str, ...] = ()

    def compile_program(self, source: Source) -> ExecProgram:
        """Return the call of the compiler for all source files of the answer.

        Raises FileNotFoundError without a compiler.
        """
        # "./" so that no file name can be read as an option.
        sources = tuple(f"./{name}" for name in sorted(source.files) if name.endswith(self.extensions))
        headers = (f"-I{HEADERS_PLACE}/{self._folder(source)}",) if self.slow_headers else ()
        linking = gnu_calls.WRAP_FLAGS if gnu_calls.is_wrapped(source, self.extensions) else ()
        argv = (*self._command(source), *headers, "-o", ARTEFACT, *sources, *self.libraries, *linking)
        return ExecProgram(argv=argv, files=source.files, environment=_ENVIRONMENT, profile="compiler")

    def calls(self) -> Calls:
        """Return how calls of functions are tested."""
        is_cpp = ".cpp" in self.extensions
        wrap = partial(gnu_calls.wrap, extensions=self.extensions, is_cpp=is_cpp)
        return Calls(wrap=wrap, write=write_number, read=plain.read, check=self._check)

    def scripts(self) -> Scripts:
        """Return how scripts test functions."""
        return Scripts(self.extensions, ".cpp" in self.extensions)

    def _check(self, source: Source) -> ExecProgram:
        """Return the call of the compiler that only reads the answer."""
        sources = tuple(f"./{name}" for name in sorted(source.files) if name.endswith(self.extensions))
        argv = (*self._command(source), "-fsyntax-only", *sources)
        return ExecProgram(argv=argv, files=source.files, environment=_ENVIRONMENT, profile="compiler")

    def headers(self, source: Source) -> tuple[Header, ...]:
        """Return the headers to have compiled before this source: what its files include first."""
        files = (data for name, data in source.files.items() if name.endswith(self.extensions))
        first = {found[1].decode("utf-8", "replace").strip() for data in files if (found := _INCLUDE.search(data))}
        return tuple(self._header(name, source) for name in self.slow_headers if name in first)

    def _header(self, name: str, source: Source) -> Header:
        argv = (*self._command(source), "-x", "c++-header", "-o", _COMPILED_HEADER, "header.h")
        text = f"#include <{name}>\n".encode()
        program = ExecProgram(argv=argv, files={"header.h": text}, environment=_ENVIRONMENT, profile="compiler")
        beside = f"#include_next <{name}>\n".encode()
        return Header(path=f"{self._folder(source)}/{name}.gch", program=program, made=_COMPILED_HEADER, beside=beside)

    def _command(self, source: Source) -> tuple[str, ...]:
        compiler = self.toolchain.find()
        if compiler is None:
            raise FileNotFoundError(self.toolchain.command)
        return (str(compiler), f"-std={source.version or self.versions[0]}", *_COMMON_FLAGS)

    def _folder(self, source: Source) -> str:
        """A name that is another one after an upgrade: the compiler refuses headers that another build has made."""
        changed_at_ns = self._changed_at_ns()
        text = "\0".join((*self._command(source), self.toolchain.state().version, str(changed_at_ns), _LAYOUT))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _changed_at_ns(self) -> int:
        compiler = self.toolchain.find()
        return compiler.stat().st_mtime_ns if compiler else 0


def read_errors(_stdout: str, stderr: str) -> tuple[CompileLine, ...]:
    """Read the compiler's and the linker's errors (not its warnings)."""
    errors = [
        CompileLine(file=file.removeprefix("./"), line=int(line), column=int(column or 0), message=message)
        for file, line, column, message in _ERROR.findall(stderr)
    ]
    errors += [CompileLine(file="", line=0, column=0, message=message) for message in _UNDEFINED.findall(stderr)]
    return tuple(errors)


def explain(stderr: bytes, source: Source) -> Message | None:
    """Say why a program stopped itself: what it threw, what it asserted, what the C library says of its memory."""
    text = stderr[-_TAIL_BYTES:].decode("utf-8", "replace")
    if found := _UNCAUGHT.search(text):
        error = f"uncaught {found[1]}" + (f": {found[2]}" if found[2] else "")
        return Message(_STOPPED, {"error": error[:_ERROR_CHARACTERS]})
    if (found := _ASSERTION.search(text)) and found[1] in source.files:
        values = {"line": int(found[2]), "file": found[1], "error": found[3][:_ERROR_CHARACTERS]}
        return Message(_("The program stopped on line %(line)s of %(file)s: %(error)s"), values)
    if found := _MEMORY.search(text):
        return Message(_STOPPED, {"error": found[1][:_ERROR_CHARACTERS]})
    return None


def run(source: Source, executable: Path | None) -> ExecProgram:
    """Return the compiled answer as a program, the files of the answer and of the test beside it."""
    environment = {"LC_ALL": "C.UTF-8"}
    return ExecProgram(
        argv=("{executable}",),
        executable=executable,
        files=source.files,
        environment=environment,
        profile="native",
    )
