"""Every package of tests/packages/dmoj is read without conversion, and each of its submissions gets its verdict."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import check_activity, parse_activity
from etude.content.tree import PACKAGE_LIMITS, read_tree
from etude.content.writer import activity_tree
from etude.importers import IncomingPackage, importers
from etude.importers.bench import Bench
from tests.dmoj_packages import build_package

QUICK = {
    "batches",
    "bridged-peg",
    "bridged-python",
    "custom-checker",
    "generated",
    "mixed-checkers",
    "named-checkers",
    "own-patterns",
    "themis",
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    with Bench(cache_dir=tmp_path_factory.mktemp("cache")) as opened:
        yield opened


def judge_all(content, bench):
    """Return what was stated and what came, and the points of each solution."""
    scores, agreements = {}, []
    judged = {}

    def judge(job):
        judged["last"] = bench.judge(job)
        return judged["last"]

    for item in check_activity(content, judge):
        agreements.append(item)
        scores[item.file] = judged["last"].score
    return agreements, scores


@pytest.fixture(scope="module")
def packages(bench, tmp_path_factory):
    """Read and judge a package, once for all tests: what came of it."""
    known = {}

    def get(name):
        if name not in known:
            files = read_tree(build_package(name, tmp_path_factory.mktemp("package")), PACKAGE_LIMITS)
            content = importers.load()["dmoj"].read(IncomingPackage(name=name, files=files), bench)
            known[name] = content, *judge_all(content, bench)
        return known[name]

    return get


@pytest.mark.parametrize("name", sorted(QUICK))  # all of them: test_truth
def test_every_submission_gets_its_stated_verdict(name, packages):
    _, agreements, _ = packages(name)

    assert any(item.expected == ("AC",) for item in agreements)
    assert any("AC" not in item.expected for item in agreements)
    assert not [(item.file, item.expected, item.verdict) for item in agreements if not item.agrees]


@pytest.mark.parametrize("name", sorted(QUICK))
def test_what_was_read_is_an_activity_of_ours(name, packages, bench):
    content, agreements, _ = packages(name)

    again = parse_activity(activity_tree(content))

    assert judge_all(again, bench)[0] == agreements


@pytest.mark.parametrize(
    ("name", "solution", "score"),
    [
        ("batches", "wrong_answer/not_3.cpp", "50"),
        ("batches", "wrong_answer/only_zero.py", "0"),
        ("batches", "time_limit_exceeded/sixth.py", "65"),
        ("custom-checker", "accepted/negative.py", "30"),
        ("custom-checker", "wrong_answer/big.py", "0"),
        ("mixed-checkers", "wrong_answer/half.py", "49"),
        ("named-checkers", "accepted/exact.py", "15"),
        ("named-checkers", "wrong_answer/spaces.py", "11.5"),
    ],
)
def test_points_are_those_that_dmoj_gives(name, solution, score, packages):
    _, _, scores = packages(name)

    assert scores[f"solutions/{solution}"] == Decimal(score)
