"""Whole submissions, engine alone: `python benchmarks/grading/submissions.py [rejudged]`; one line of JSON per row.

A submission of ten Python tests as a student waits for it, on one core's jails and, in turn with it, with those of
every core to spare; and the rejudging of many generated submissions of three tests each, as a worker does it after a
teacher has mended a test: a thread and a jail per core. All beside a bare start of Python in the same run, since
machines differ.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from etude.grading.engine import grade
from etude.grading.jail_pool import JailPool
from etude.grading.jails import JailSet
from etude.grading.job import Job, Limits, Test, TestGroup
from etude.grading.verdict import Status
from etude.jail.view import base_python

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 60
OPERATIONS = ("+", "-", "*")


def generated(number: int, tests: int) -> Job:
    """A program that reads numbers, loops and prints, and its tests; each number gives another text."""
    chance = random.Random(number)
    operation, constant = chance.choice(OPERATIONS), chance.randint(2, 999)
    source = (
        f"# answer {number}\ndef step(total, value):\n    return total {operation} (value % {constant})\n\n\n"
        "total = 0\nfor value in map(int, input().split()):\n    total = step(total, value)\nprint(total)\n"
    )
    cases = []
    for index in range(tests):
        values = [chance.randint(0, 10_000) for _ in range(30)]
        total = 0
        for value in values:
            total = eval(f"{total} {operation} ({value} % {constant})")  # our own text, a line above
        stdin, expected = " ".join(map(str, values)), f"{total}\n"
        cases.append(Test(name=str(index), stdin=stdin.encode(), expected=expected.encode()))
    group = TestGroup(name="all", tests=tuple(cases))
    return Job(language="python", files={"main.py": source.encode()}, groups=(group,), limits=Limits(cpu_time_s=2))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def bare_start() -> None:
    subprocess.run([base_python(), "-I", "-S", "-c", "pass"], check=True)


def accept(job: Job, jails: JailSet, cache: Path) -> None:
    verdict = grade(job, jails, cache_dir=cache)
    if verdict.status is not Status.AC:
        raise SystemExit(f"not accepted: {verdict}")


def report(row: str, **figures: float) -> None:
    print(json.dumps({"row": row, **{name: round(value, 2) for name, value in figures.items()}}), flush=True)


def ten_tests(cache: Path) -> None:
    bare: list[float] = []
    rows: dict[str, list[float]] = {"one core": [], "every core": []}
    cores = len(os.sched_getaffinity(0))
    with JailSet() as alone, JailPool(cores) as pool, pool.borrow() as jails:
        pool.warm()
        for number in range(ROUNDS + 1):
            bare.append(timed(bare_start))
            job = generated(number, 10)
            for row, chosen in zip(rows.values(), (alone, jails), strict=True):
                row.append(timed(lambda job=job, chosen=chosen: accept(job, chosen, cache)))
    base = statistics.median(bare[1:])
    for name, taken in rows.items():
        median, p10 = statistics.median(taken[1:]), statistics.quantiles(taken[1:], n=10)[0]
        row = f"10 tests, engine alone, {name}"
        report(row, median_ms=median, p10_ms=p10, bare_start_ms=base, bare_starts=median / base)


def rejudge(count: int, cache: Path) -> None:
    cores = len(os.sched_getaffinity(0))
    jobs = [generated(number, 3) for number in range(count)]
    base = statistics.median(timed(bare_start) for _ in range(20))
    with JailPool(cores) as pool:
        pool.warm()

        def judge(job: Job) -> None:
            with pool.borrow() as jails:
                accept(job, jails, cache)

        with ThreadPoolExecutor(cores) as threads:
            elapsed_ms = timed(lambda: list(threads.map(judge, jobs)))
    per_s = count / elapsed_ms * 1000
    report("rejudge, 3 tests each", submissions_per_s=per_s, cores=cores, bare_start_ms=base, tests_per_s=3 * per_s)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        ten_tests(Path(name))
        rejudge(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, Path(name))
