"""The truth suite, three times: every answer of our packages and of the sample gets its stated verdict each time.

The second and third time run beside each other, on all cores, with what the first one compiled.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etude.content import check_activity, read_activity
from etude.features.authoring.packages import read_path
from etude.grading.engine import grade
from etude.grading.jail_pool import JailPool
from etude.importers.bench import Bench
from tests.authoring import SAMPLE
from tests.dmoj_packages import NAMES, build_package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etude.content import ActivityContent
    from etude.content.check import Agreement
    from etude.grading.job import Job
    from etude.grading.verdict import Verdict

RUNS = 3
CRASHING_JUDGES = {"judge-crash", "judge-crash-cpp", "grader-crash"}
"""Their answers state what a judge would say that works: test_kattis_packages."""
KATTIS = Path(__file__).parents[1] / "packages" / "kattis"
TRUTHS = [
    *(("sample", path.name) for path in sorted(SAMPLE.iterdir()) if path.is_dir()),
    *(("kattis", path.name) for path in sorted(KATTIS.iterdir())),
    *(("dmoj", name) for name in NAMES),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def bench(cache: Path) -> Iterator[Bench]:
    with Bench(cache_dir=cache) as opened:
        yield opened


@pytest.fixture(scope="module")
def pool() -> Iterator[JailPool]:
    with JailPool(len(os.sched_getaffinity(0))) as opened:
        yield opened


def read(source: str, name: str, tmp_path: Path, bench: Bench) -> ActivityContent:
    if source == "sample":
        return read_activity(SAMPLE / name)
    (content,) = read_path(KATTIS / name if source == "kattis" else build_package(name, tmp_path), bench).contents
    return content


def judge_all(
    content: ActivityContent, pool: JailPool, cache: Path
) -> tuple[list[Agreement], list[tuple[object, ...]]]:
    """Return what was stated and what came, and what is to stay the same: points, and the verdict of each test."""
    found: list[tuple[object, ...]] = []

    def judge(job: Job) -> Verdict:
        with pool.borrow() as jails:
            verdict = grade(job, jails, cache_dir=cache)
        found.append((verdict.status, verdict.score, tuple(test.status for test in verdict.tests)))
        return verdict

    return list(check_activity(content, judge)), found


@pytest.mark.long
@pytest.mark.parametrize(("source", "name"), TRUTHS)
def test_every_answer_gets_its_stated_verdict_in_each_of_three_runs(
    source: str, name: str, tmp_path: Path, bench: Bench, pool: JailPool, cache: Path
) -> None:
    content = read(source, name, tmp_path, bench)

    first = judge_all(content, pool, cache)
    with ThreadPoolExecutor(RUNS - 1) as threads:
        others = list(threads.map(lambda _: judge_all(content, pool, cache), range(RUNS - 1)))

    assert all(other == first for other in others)
    assert len(first[0]) >= 2
    wrong = [(one.file, one.expected, one.verdict) for one in first[0] if not one.agrees]
    assert not wrong or name in CRASHING_JUDGES
