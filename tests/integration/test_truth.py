"""The same answer gets the same verdict every time: all our packages and the sample, judged three times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etude.content import check_activity, read_activity
from etude.features.authoring.packages import read_path
from etude.importers.bench import Bench
from tests.authoring import SAMPLE
from tests.dmoj_packages import NAMES, build_package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etude.content import ActivityContent
    from etude.grading.job import Job
    from etude.grading.verdict import Verdict

RUNS = 3
KATTIS = Path(__file__).parents[1] / "packages" / "kattis"
TRUTHS = [
    *(("sample", path.name) for path in sorted(SAMPLE.iterdir()) if path.is_dir()),
    *(("kattis", path.name) for path in sorted(KATTIS.iterdir())),
    *(("dmoj", name) for name in NAMES),
]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(cache_dir=tmp_path_factory.mktemp("cache")) as opened:
        yield opened


def read(source: str, name: str, tmp_path: Path, bench: Bench) -> ActivityContent:
    if source == "sample":
        return read_activity(SAMPLE / name)
    (content,) = read_path(KATTIS / name if source == "kattis" else build_package(name, tmp_path), bench).contents
    return content


def judge_all(content: ActivityContent, bench: Bench) -> list[tuple[object, ...]]:
    """Return what is to stay the same: the verdict and points of each answer, the verdict of each test."""
    found: list[tuple[object, ...]] = []

    def judge(job: Job) -> Verdict:
        verdict = bench.judge(job)
        found.append((verdict.status, verdict.score, tuple(test.status for test in verdict.tests)))
        return verdict

    agreements = list(check_activity(content, judge))
    return [*found, *((item.file, item.verdict) for item in agreements)]


@pytest.mark.long
@pytest.mark.parametrize(("source", "name"), TRUTHS)
def test_no_verdict_changes_in_three_runs(source: str, name: str, tmp_path: Path, bench: Bench) -> None:
    content = read(source, name, tmp_path, bench)

    first, *others = [judge_all(content, bench) for _ in range(RUNS)]

    assert all(other == first for other in others)
    assert first
