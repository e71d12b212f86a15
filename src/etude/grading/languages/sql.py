"""SQL, by SQLite: statements on a database that the activity gives; results are printed as tables.

Before the answer's statements run those of `schema.sql`, of `data.sql` and of standard input, after them those of
`check.sql`, which shows what an answer changed; a file beside the program that ends in .db is the database itself.
"""

from __future__ import annotations

import json
import re
import sqlite3
from typing import TYPE_CHECKING

from etude.grading import harness
from etude.grading.languages import Language, SelfTest, Source
from etude.grading.messages import Message, _
from etude.grading.toolchains import Toolchain, ToolchainState
from etude.grading.verdict import CompileLine
from etude.jail import PythonProgram

if TYPE_CHECKING:
    from pathlib import Path

EXTENSIONS = (".sql",)
_FAULT = re.compile(r"^(.+?):(\d+): (.*)$")
_ERROR_CHARACTERS = 300


class _Library(Toolchain):
    """SQLite, as the Python that runs the engine has it."""

    def state(self) -> ToolchainState:
        """Never missing: Étude itself keeps its data in it."""
        return ToolchainState(is_available=True, version=f"SQLite {sqlite3.sqlite_version}")


def _program(source: Source, *, is_check: bool) -> PythonProgram:
    names = sorted(name for name in source.files if name.endswith(EXTENSIONS))
    name, files = harness.program_files("sql_side", source.main, names, is_check=is_check)
    return PythonProgram(source_name=name, files={**source.files, **files})


def check_syntax(source: Source) -> PythonProgram:
    """Return the program that reads every SQL file of the answer without running it."""
    return _program(source, is_check=True)


def read_errors(stdout: str, _stderr: str) -> tuple[CompileLine, ...]:
    """Read what the check printed; nothing when it printed nothing (it then ended badly)."""
    fields = ("file", "line", "column", "message")
    return tuple(CompileLine(**{name: found[name] for name in fields}) for found in json.loads(stdout or "[]"))


def run(source: Source, _executable: Path | None) -> PythonProgram:
    """Return the program that runs the statements."""
    return _program(source, is_check=False)


def explain(stderr: bytes, _source: Source) -> Message | None:
    """Say which line of which file was refused, and why."""
    last = stderr[-_ERROR_CHARACTERS * 4 :].decode("utf-8", "replace").rstrip().rpartition("\n")[2]
    fault = _FAULT.match(last)
    if fault is None:
        return None
    values = {"line": int(fault[2]), "file": fault[1], "error": fault[3][:_ERROR_CHARACTERS]}
    return Message(_("The program stopped on line %(line)s of %(file)s: %(error)s"), values)


ENTRY = Language(
    name="sql",
    label="SQL (SQLite)",
    source_name="main.sql",
    extensions=EXTENSIONS,
    toolchain=_Library(),
    compile=check_syntax,
    read_errors=read_errors,
    run=run,
    memory_marks=(b"MemoryError",),
    explain=explain,
    self_test=SelfTest(
        source=b"SELECT word FROM given ORDER BY length(word);\n",
        stdin="CREATE TABLE given (word TEXT);\nINSERT INTO given VALUES ('été'), ('an');\n".encode(),
        expected="word\nan\nété\n".encode(),
    ),
)
