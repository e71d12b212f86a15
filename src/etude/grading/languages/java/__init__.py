"""Java (17 or newer), by the JDK: a compiler that stays warm, and a virtual machine for each run."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from etude.grading import calls, harness, plain
from etude.grading.java_scripts import JavaScripts
from etude.grading.languages import Calls, Language, SelfTest
from etude.grading.messages import Message, _
from etude.grading.toolchains import Toolchain
from etude.grading.verdict import CompileLine
from etude.jail import ExecProgram

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.grading.calls import Call
    from etude.grading.languages import Source

ARTEFACT = "__etude_program.jar"
EXTENSIONS = (".java",)
TOOLCHAIN = Toolchain(command="javac", packages="default-jdk-headless", oldest=17)
_COMPILER_NAME = "__etude_Compiler.java"
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}
_MEBIBYTE = 1 << 20
# One thread's collector and the quick compiler: answers are short, and more threads would cost more than they bring.
_QUICK = ("-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
_COMPILING = ("-Xmx512m", "-Xss8m", "-XX:ErrorFile=/dev/null")
# The main thread may recurse deeply; the others have the usual stack.
_RUNNING = ("-Xss32m", "-XX:ThreadStackSize=1024", "-XX:ErrorFile=/dev/null", "-Dfile.encoding=UTF-8")
_RUNTIME_BYTES = 256 * _MEBIBYTE  # that stack and what walks it, the machine’s own threads, classes, compiled code
_FRAME = re.compile(r"^\s+at .+\(([^():]+):(\d+)\)$", re.MULTILINE)
_UNCAUGHT = re.compile(r'^Exception in thread "[^"\n]*" (.*)$', re.MULTILINE)
_HEAD_BYTES = 16 * 1024
_ERROR_CHARACTERS = 300


@cache
def _compiler_text() -> bytes:
    return (Path(__file__).parent / "Compiler.java").read_bytes()


def _java() -> str:
    """The virtual machine beside the compiler. Raises FileNotFoundError without a compiler."""
    compiler = TOOLCHAIN.find()
    if compiler is None:
        raise FileNotFoundError(TOOLCHAIN.command)
    return str(compiler.with_name("java"))


def _program_of_compiler(*arguments: str) -> ExecProgram:
    argv = (_java(), *_QUICK, *_COMPILING, _COMPILER_NAME, *arguments)
    return ExecProgram(argv=argv, files={_COMPILER_NAME: _compiler_text()}, environment=_ENVIRONMENT, profile="java")


def _sources(source: Source) -> dict[str, bytes]:
    return {name: source.files[name] for name in sorted(source.files) if name.endswith(EXTENSIONS)}


def compile_program(source: Source) -> ExecProgram:
    """Return a compiler for this answer alone."""
    files = _sources(source)
    program = _program_of_compiler("once", source.main, *files)
    return ExecProgram(
        argv=program.argv, files={**files, **program.files}, environment=program.environment, profile="java"
    )


def resident() -> ExecProgram:
    """Return the compiler that stays (see resident.py)."""
    return _program_of_compiler("serve")


def read_errors(stdout: str, _stderr: str) -> tuple[CompileLine, ...]:
    """Read what our compiler printed: file, line, column, message, with tabs between. Raises ValueError for less."""
    errors = []
    for text in filter(None, stdout.split("\n")):
        file, line, column, message = text.split("\t", 3)
        errors.append(CompileLine(file=file, line=int(line), column=int(column), message=message))
    return tuple(errors)


def run(source: Source, executable: Path | None) -> ExecProgram:
    """Return the answer as a program. Its heap is what the activity allows; the machine's own memory comes on top."""
    assert executable is not None
    heap = f"-Xmx{source.memory_bytes // _MEBIBYTE}m"
    return ExecProgram(
        argv=(_java(), *_QUICK, *_RUNNING, heap, "-jar", ARTEFACT),
        files={**source.files, ARTEFACT: executable.read_bytes()},
        environment=_ENVIRONMENT,
        profile="java",
    )


def wrap_calls(source: Source, _calls: Sequence[Call], _misfits: Mapping[int, str]) -> Source:
    """Return a program that finds the method of a call in the answer's classes, as it runs."""
    beside = {f"__etude_{name}": harness.caller_text(name) for name in ("Calls.java", "Values.java")}
    return replace(source, files={**source.files, **beside}, main="__etude_Calls.java")


def explain(stderr: bytes, source: Source) -> Message | None:
    """Say which line of the answer threw the exception that nothing caught."""
    text = stderr[:_HEAD_BYTES].decode("utf-8", "replace")
    uncaught = _UNCAUGHT.search(text)
    if uncaught is None:
        return None
    names = {Path(name).name: name for name in source.files if name.endswith(EXTENSIONS)}
    error = uncaught[1][:_ERROR_CHARACTERS]
    for file, line in _FRAME.findall(text, uncaught.end()):
        if file in names:
            if error.startswith("java.util.NoSuchElementException"):
                return Message(
                    _("On line %(line)s the program asked for more input than there was."), {"line": int(line)}
                )
            values = {"line": int(line), "file": names[file], "error": error}
            return Message(_("The program stopped on line %(line)s of %(file)s: %(error)s"), values)
    return None


ENTRY = Language(
    name="java",
    label="Java",
    source_name="Main.java",
    extensions=EXTENSIONS,
    takes_many_sources=True,
    toolchain=TOOLCHAIN,
    readable=("/etc/java-*",),
    compile=compile_program,
    resident=resident,
    read_errors=read_errors,
    artefact=ARTEFACT,
    run=run,
    runtime_bytes=_RUNTIME_BYTES,
    limits_address_space=False,
    memory_marks=(b"java.lang.OutOfMemoryError",),
    explain=explain,
    has_function_tests=True,
    scripts=JavaScripts(),
    calls=Calls(wrap=wrap_calls, write=calls.write_call, read=plain.read),
    self_test=SelfTest(
        source=b"import java.util.Scanner;\n\nclass Twice {\n    public static void main(String[] args) {\n"
        b"        System.out.println(new Scanner(System.in).nextInt() * 2);\n    }\n}\n",
        stdin=b"21\n",
        expected=b"42\n",
    ),
)
