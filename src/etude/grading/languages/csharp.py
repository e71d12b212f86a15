"""C# (up to C# 7), by Mono's compiler and runtime."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from etude.grading import calls, harness, plain
from etude.grading.languages import Calls, Language, SelfTest
from etude.grading.messages import Message, _
from etude.grading.toolchains import SEARCH_PATH, Toolchain
from etude.grading.verdict import CompileLine
from etude.jail import ExecProgram

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from etude.grading.calls import Call
    from etude.grading.languages import Source

ARTEFACT = "__etude_program.exe"
LINES = f"{ARTEFACT}.mdb"  # which lines of the source the instructions came from
EXTENSIONS = (".cs",)
CALLS_NAME = "__etude_Calls.cs"
TOOLCHAIN = Toolchain(
    command="mcs",
    packages="mono-mcs mono-runtime libmono-system-core4.0-cil libmono-system-numerics4.0-cil",
)
_ENVIRONMENT = {"PATH": SEARCH_PATH, "LC_ALL": "C.UTF-8", "MONO_DISABLE_SHARED_AREA": "1"}
_FLAGS = ("-debug", "-codepage:utf8", "-r:System.Core.dll", "-r:System.Numerics.dll", f"-out:{ARTEFACT}")
_RUNTIME_BYTES = 192 << 20
_ERROR = re.compile(r"^(?:\./)?(.+?)\((\d+),(\d+)[^)]*\): error (CS\d+: .*)$", re.MULTILINE)
_GENERAL_ERROR = re.compile(r"^error (CS\d+: .*)$", re.MULTILINE)
_UNCAUGHT = re.compile(r"^Unhandled Exception:\n(.*)$", re.MULTILINE)
_FRAME = re.compile(r" in (?:/box/)?(?:\./)?([^\n]+):(\d+) *$", re.MULTILINE)
_HEAD_BYTES = 16 * 1024
_ERROR_CHARACTERS = 300


def _command(name: str) -> str:
    """The compiler, or what is installed beside it. Raises FileNotFoundError without a compiler."""
    compiler = TOOLCHAIN.find()
    if compiler is None:
        raise FileNotFoundError(TOOLCHAIN.command)
    return str(compiler.with_name(name))


def compile_program(source: Source) -> ExecProgram:
    """Return the call of mcs for all source files of the answer."""
    # "./" so that no file name can be read as an option.
    sources = tuple(f"./{name}" for name in sorted(source.files) if name.endswith(EXTENSIONS))
    flags = (*_FLAGS, "-main:EtudeOwn.Calls") if CALLS_NAME in source.files else _FLAGS
    return ExecProgram(
        argv=(_command("mcs"), *flags, *sources), files=source.files, environment=_ENVIRONMENT, profile="mono"
    )


def wrap_calls(source: Source, _calls: Sequence[Call], _misfits: Mapping[int, str]) -> Source:
    """Return a program that finds the method of a call in the answer's classes, as it runs."""
    return replace(source, files={**source.files, CALLS_NAME: harness.caller_text("Calls.cs")})


def pack(made: Mapping[str, bytes]) -> bytes:
    """Return program and table of lines as one."""
    return struct.pack(">I", len(made[ARTEFACT])) + made[ARTEFACT] + made.get(LINES, b"")


def read_errors(_stdout: str, stderr: str) -> tuple[CompileLine, ...]:
    """Read the compiler's errors (not its warnings)."""
    errors = [
        CompileLine(file=file, line=int(line), column=int(column), message=message)
        for file, line, column, message in _ERROR.findall(stderr)
    ]
    errors += [CompileLine(file="", line=0, column=0, message=message) for message in _GENERAL_ERROR.findall(stderr)]
    return tuple(errors)


def run(source: Source, executable: Path | None) -> ExecProgram:
    """Return the answer as a program."""
    assert executable is not None
    made = executable.read_bytes()
    (size,) = struct.unpack(">I", made[:4])
    files = {**source.files, ARTEFACT: made[4 : 4 + size], LINES: made[4 + size :]}
    return ExecProgram(
        argv=(_command("mono"), "--debug", ARTEFACT), files=files, environment=_ENVIRONMENT, profile="mono"
    )


def explain(stderr: bytes, source: Source) -> Message | None:
    """Say which line of the answer threw the exception that nothing caught."""
    text = stderr[:_HEAD_BYTES].decode("utf-8", "replace")
    uncaught = _UNCAUGHT.search(text)
    if uncaught is None:
        return None
    for file, line in _FRAME.findall(text, uncaught.end()):
        if file in source.files:
            values = {"line": int(line), "file": file, "error": uncaught[1][:_ERROR_CHARACTERS].strip()}
            return Message(_("The program stopped on line %(line)s of %(file)s: %(error)s"), values)
    return None


ENTRY = Language(
    name="csharp",
    label="C#",
    source_name="Program.cs",
    extensions=EXTENSIONS,
    takes_many_sources=True,
    toolchain=TOOLCHAIN,
    readable=("/etc/mono",),
    compile=compile_program,
    read_errors=read_errors,
    artefact=ARTEFACT,
    artefacts_beside=(LINES,),
    pack=pack,
    run=run,
    runtime_bytes=_RUNTIME_BYTES,
    limits_address_space=False,
    memory_marks=(b"Garbage collector could not allocate",),
    explain=explain,
    asks_for_cursor=True,
    calls=Calls(wrap=wrap_calls, write=calls.write_call, read=plain.read),
    self_test=SelfTest(
        source=b"using System;\n\nclass Program {\n    static void Main() {\n"
        b"        Console.WriteLine(int.Parse(Console.ReadLine()) * 2);\n    }\n}\n",
        stdin=b"21\n",
        expected=b"42\n",
    ),
)
