"""What the GNU compilers have in common: their command line and how they report errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
_COMMON_FLAGS = ("-O2", "-pipe", "-Wall", "-fdiagnostics-color=never", "-fmax-errors=50", "-o", ARTEFACT)
_ERROR = re.compile(r"^([^\s:]+):(\d+):(?:(\d+):)? (?:fatal )?error: (.*)$", re.MULTILINE)
_UNDEFINED = re.compile(r"undefined reference to .+$", re.MULTILINE)


def compile_program(
    toolchain: Toolchain,
    source: Source,
    extensions: tuple[str, ...],
    flags: tuple[str, ...],
    *,
    libraries: tuple[str, ...],
) -> ExecProgram:
    """Return the call of the compiler for all source files of the answer.

    Raises FileNotFoundError without a compiler.
    """
    compiler = toolchain.find()
    if compiler is None:
        raise FileNotFoundError(toolchain.command)
    # "./" so that no file name can be read as an option.
    sources = tuple(f"./{name}" for name in sorted(source.files) if name.endswith(extensions))
    argv = (str(compiler), *flags, *_COMMON_FLAGS, *sources, *libraries)
    return ExecProgram(argv=argv, files=source.files, environment=_ENVIRONMENT)


def read_errors(_stdout: str, stderr: str) -> tuple[CompileLine, ...]:
    """Read the compiler's and the linker's errors (not its warnings)."""
    errors = [
        CompileLine(file=file.removeprefix("./"), line=int(line), column=int(column or 0), message=message)
        for file, line, column, message in _ERROR.findall(stderr)
    ]
    errors += [CompileLine(file="", line=0, column=0, message=message) for message in _UNDEFINED.findall(stderr)]
    return tuple(errors)


def run(source: Source, executable: Path | None) -> ExecProgram:
    """Return the compiled answer as a program, the files of the answer and of the test beside it."""
    environment = {"LC_ALL": "C.UTF-8"}
    return ExecProgram(argv=("{executable}",), executable=executable, files=source.files, environment=environment)
