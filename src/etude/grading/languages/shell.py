"""Shell scripts, by bash. They start programs of the system; each has its part of the memory that is allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from etude.grading.languages import Language, SelfTest
from etude.grading.messages import Message, _
from etude.grading.toolchains import SEARCH_PATH, Toolchain
from etude.grading.verdict import CompileLine
from etude.jail import ExecProgram

if TYPE_CHECKING:
    from pathlib import Path

    from etude.grading.languages import Source

TOOLCHAIN = Toolchain(command="bash", packages="bash")
_ENVIRONMENT = {"PATH": SEARCH_PATH, "LC_ALL": "C.UTF-8"}
_RUNTIME_BYTES = 32 << 20  # each process's own, beside its part
_ERROR = re.compile(r"^(?:\./)?(.+?): line (\d+): (.*)$", re.MULTILINE)
_ERROR_CHARACTERS = 300


def _bash() -> str:
    """Raises FileNotFoundError where it is not installed."""
    found = TOOLCHAIN.find()
    if found is None:
        raise FileNotFoundError(TOOLCHAIN.command)
    return str(found)


def check_syntax(source: Source) -> ExecProgram:
    """Return the program that reads the script without running it."""
    return ExecProgram(argv=(_bash(), "-n", f"./{source.main}"), files=source.files, environment=_ENVIRONMENT)


def read_errors(_stdout: str, stderr: str) -> tuple[CompileLine, ...]:
    """Read what bash found wrong with the script."""
    return tuple(
        CompileLine(file=file, line=int(line), column=0, message=message)
        for file, line, message in _ERROR.findall(stderr)
    )


def run(source: Source, _executable: Path | None) -> ExecProgram:
    """Return the script as a program."""
    return ExecProgram(argv=(_bash(), f"./{source.main}"), files=source.files, environment=_ENVIRONMENT)


def explain(stderr: bytes, source: Source) -> Message | None:
    """Say which line of the script went wrong last."""
    found = [place for place in _ERROR.findall(stderr.decode("utf-8", "replace")) if place[0] in source.files]
    if not found:
        return None
    file, line, error = found[-1]
    values = {"line": int(line), "file": file, "error": error[:_ERROR_CHARACTERS]}
    return Message(_("The program stopped on line %(line)s of %(file)s: %(error)s"), values)


ENTRY = Language(
    name="shell",
    label="Shell (bash)",
    source_name="main.sh",
    extensions=(".sh",),
    toolchain=TOOLCHAIN,
    compile=check_syntax,
    read_errors=read_errors,
    run=run,
    runtime_bytes=_RUNTIME_BYTES,
    needs_processes=True,
    explain=explain,
    self_test=SelfTest(source=b'read -r n\nexpr "$n" \\* 2 | cat\n', stdin=b"21\n", expected=b"42\n"),
)
