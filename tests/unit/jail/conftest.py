"""One warm jail for the tests of a module; small programs with generous limits, unless the test is about them."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from etude.jail import ExecProgram, Jail, Limits, PythonProgram

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from etude.jail import RunRecord

LIMITS = Limits(cpu_time_s=5, wall_time_s=20, memory_bytes=256 << 20)


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    with Jail() as jail:
        yield jail


@pytest.fixture
def run_python(jail: Jail) -> Callable[..., RunRecord]:
    def run(source: str, *, stdin: bytes = b"", collect: tuple[str, ...] = (), **limits: object) -> RunRecord:
        program = PythonProgram(files={"main.py": source.encode()})
        return jail.run(program, stdin=stdin, limits=replace(LIMITS, **limits), collect=collect)

    return run


@pytest.fixture
def run_c(jail: Jail, tmp_path: Path) -> Callable[..., RunRecord]:
    def run(source: str, *, stdin: bytes = b"", **limits: object) -> RunRecord:
        (tmp_path / "main.c").write_text(source, encoding="utf-8")
        subprocess.run(["gcc", "-w", "-pthread", "-o", tmp_path / "main", tmp_path / "main.c"], check=True)
        program = ExecProgram(argv=("{executable}", "one", "two"), executable=tmp_path / "main")
        return jail.run(program, stdin=stdin, limits=replace(LIMITS, **limits))

    return run
