"""Python 3: the interpreter that runs Étude, warm in the jail."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from etude.grading import drawing, harness
from etude.grading.calls import write_number
from etude.grading.harness.codec import decode
from etude.grading.languages import Calls, Language, SelfTest, Source
from etude.grading.messages import Message, _
from etude.grading.toolchains import Toolchain
from etude.grading.verdict import CompileLine
from etude.jail import PythonProgram

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from etude.grading.calls import Call

_TRACE_LINE = re.compile(r'^  File "(?:[^"\n]*/)?([^"/\n]+)", line (\d+)', re.MULTILINE)
_TRACE_TAIL_BYTES = 16 * 1024
_ERROR_CHARACTERS = 300


def check_syntax(source: Source) -> PythonProgram:
    """Return the program that compiles every Python file of the answer without running it."""
    names = [name for name in source.files if name.endswith(".py")]
    check, check_files = harness.program_files("syntax_check", names)
    return PythonProgram(source_name=check, files={**source.files, **check_files})


def read_errors(stdout: str, _stderr: str) -> tuple[CompileLine, ...]:
    """Read what the check printed; nothing when it printed nothing (it then ended badly)."""
    fields = ("file", "line", "column", "message")
    return tuple(CompileLine(**{name: found[name] for name in fields}) for found in json.loads(stdout or "[]"))


def run(source: Source, _executable: Path | None) -> PythonProgram:
    """Return the answer as a program: a fork of the warm interpreter."""
    return PythonProgram(source_name=source.main, files=source.files)


def wrap_calls(source: Source, calls: Sequence[Call], _misfits: Mapping[int, str]) -> Source:
    """Return a program that loads the answer and makes one of the calls."""
    plain = [(call.function, list(call.arguments), dict(call.named)) for call in calls]
    main, files = harness.program_files("call_side", source.main, plain)
    return replace(source, files={**source.files, **files}, main=main)


def explain(stderr: bytes, source: Source) -> Message | None:
    """Say which line of the answer stopped the program, and with what, from the traceback."""
    text = stderr[-_TRACE_TAIL_BYTES:].decode("utf-8", "replace")
    places = [place for place in _TRACE_LINE.findall(text) if place[0] in source.files]
    if not places:
        return None
    file, line = places[-1]
    error = text.rstrip().rpartition("\n")[2][:_ERROR_CHARACTERS]
    if error.startswith("EOFError"):
        return Message(_("On line %(line)s the program asked for more input than there was."), {"line": int(line)})
    values = {"line": int(line), "file": file, "error": error}
    return Message(_("The program stopped on line %(line)s of %(file)s: %(error)s"), values)


ENTRY = Language(
    name="python",
    label="Python 3",
    source_name="main.py",
    extensions=(".py",),
    toolchain=Toolchain(),
    compile=check_syntax,
    read_errors=read_errors,
    run=run,
    memory_marks=(b"MemoryError",),
    explain=explain,
    has_function_tests=True,
    has_cold_start=True,
    is_read_whole=True,
    console_files=drawing.files_for,
    calls=Calls(wrap=wrap_calls, write=write_number, read=decode, has_tuples=True),
    self_test=SelfTest(source=b"print(input()[::-1])\n", stdin="été\n".encode(), expected="été\n".encode()),
)
