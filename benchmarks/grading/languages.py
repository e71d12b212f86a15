"""What compiling and ten tests cost: `python benchmarks/grading/languages.py [rounds [language …]]`, every one here.

Each round judges a new source in every language in turn, then the same source again; medians over the rounds. The
first round is left out: there compilers that stay are started and slow headers compiled. The jails are those of a
worker with a thread per core of which one judges, so that tests run on every core. Quote the ratio to a bare start of
Python (`x bare`), not the times. At a real-time priority mono prints a complaint, and its programs are not accepted.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from etude.grading import languages
from etude.grading.engine import grade
from etude.grading.jail_pool import JailPool
from etude.grading.job import Job, Limits, Test, TestGroup
from etude.grading.verdict import Status, Verdict
from etude.jail.view import base_python

if TYPE_CHECKING:
    from etude.grading.jails import JailSet

TEST_COUNT = 10
STDCPP = (
    b"#include <bits/stdc++.h>\nusing namespace std;\nint main() { vector<int> v; int n; cin >> n; v.push_back(n);"
    b" sort(v.begin(), v.end()); map<string, int> m; m[to_string(n)] = n; cout << v[0] * 2 << endl; }\n"
)
COMMENTS = {"python": "#", "shell": "#", "sql": "--"}


def job_of(name: str, source: bytes, number: int) -> Job:
    entry = languages.load()[name]
    test = entry.self_test
    files = {entry.source_name: source + f"{COMMENTS.get(name, '//')} {number}\n".encode()}
    tests = tuple(Test(name=str(n), stdin=test.stdin, expected=test.expected) for n in range(TEST_COUNT))
    limits = Limits(cpu_time_s=10, wall_time_s=60)
    return Job(language=name, files=files, groups=(TestGroup(name="all", tests=tests),), limits=limits)


def judge(job: Job, jails: JailSet, cache: Path) -> tuple[float, Verdict]:
    started = time.perf_counter()
    verdict = grade(job, jails, cache_dir=cache)
    if verdict.status is not Status.AC:
        raise SystemExit(f"{job.language}: {verdict}")
    return time.perf_counter() - started, verdict


def bare_start() -> float:
    started = time.perf_counter()
    subprocess.run([base_python(), "-I", "-S", "-c", "pass"], check=True)
    return time.perf_counter() - started


def main(rounds: int, chosen: list[str]) -> None:
    known = languages.available()
    programs = {name: (name, known[name].self_test.source) for name in chosen or known}
    if "cpp" in programs:
        programs["cpp, bits/stdc++.h"] = "cpp", STDCPP
    bare: list[float] = []
    times: dict[str, list[tuple[float, float, float]]] = {row: [] for row in programs}
    pool = JailPool(len(os.sched_getaffinity(0)))
    with tempfile.TemporaryDirectory() as folder, pool, pool.borrow() as jails:
        for number in range(rounds + 1):
            bare.append(bare_start())
            for row, (name, source) in programs.items():
                job = job_of(name, source, number)
                first, verdict = judge(job, jails, Path(folder))
                again, _ = judge(job, jails, Path(folder))
                times[row].append((verdict.compile.time_ms / 1000, first, again))
    base = statistics.median(bare[1:])
    print(f"bare python3 -I -S -c pass: {base * 1000:.1f} ms")
    print(f"{'language':20} {'compile':>10} {'and 10 tests':>14} {'x bare':>8} {'again, 10 tests':>16}")
    for row, values in times.items():
        compiled, first, again = (statistics.median(column) * 1000 for column in zip(*values[1:], strict=True))
        print(f"{row:20} {compiled:7.0f} ms {first:11.0f} ms {first / base / 1000:8.1f} {again:13.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7, sys.argv[2:])
