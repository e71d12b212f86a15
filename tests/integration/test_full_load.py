"""A busy machine fails no honest answer: 500 accepted answers, judged on a machine at rest and under full load."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from etude.grading.engine import grade
from etude.grading.jails import JailSet
from etude.grading.job import Job, Limits, Test, TestGroup
from etude.grading.verdict import Status
from tests.integration.test_human_eval import PROBLEMS, job_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_PER_CORE = 2
PYTHON = "# {number}\na, b = map(int, input().split())\nprint(a * {number} + b)\n"
# About a third of a second of its limit of one second, so that a clock that counts waiting too would fail it.
SLOW_PYTHON = "# {number}\na, b = map(int, input().split())\nfor _ in range(3_000_000): pass\nprint(a * {number} + b)\n"
C = '#include <stdio.h>\nint main(void) {{ int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a * {number} + b); }}\n'
CPP = "#include <iostream>\nint main() {{ int a, b; std::cin >> a >> b; std::cout << a * {number} + b; }}\n"
GENERATED = [("python", PYTHON, 236), ("python", SLOW_PYTHON, 40), ("c", C, 40), ("cpp", CPP, 20)]


def generated(language: str, text: str, number: int) -> Job:
    tests = tuple(
        Test(name=str(a), stdin=f"{a} {a + 1}\n".encode(), expected=f"{a * number + a + 1}\n".encode())
        for a in range(2)
    )
    name = {"python": "main.py", "c": "main.c", "cpp": "main.cpp"}[language]
    files = {name: text.format(number=number).encode()}
    return Job(language=language, files=files, groups=(TestGroup(name="all", tests=tests),), limits=Limits())


def answers() -> list[Job]:
    references = [job_of(problem, problem["canonical_solution"]) for problem in PROBLEMS.values()]
    made = [generated(language, text, number) for language, text, count in GENERATED for number in range(count)]
    return references + made


@contextmanager
def full_load() -> Iterator[None]:
    """Keep every processor busy with twice as many endless loops as there are."""
    count = BUSY_PER_CORE * len(os.sched_getaffinity(0))
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def refused(jobs: list[Job], cache_dir: Path) -> list[tuple[int, Status]]:
    with JailSet() as jails:
        statuses = [grade(job, jails, cache_dir=cache_dir).status for job in jobs]
    return [(number, status) for number, status in enumerate(statuses) if status is not Status.AC]


@pytest.mark.long
def test_500_accepted_answers_are_accepted_on_a_machine_at_rest_and_under_full_load(tmp_path: Path) -> None:
    jobs = answers()

    at_rest = refused(jobs, tmp_path / "rest")
    with full_load():
        under_load = refused(jobs, tmp_path / "load")

    assert (len(jobs), at_rest, under_load) == (500, [], [])
