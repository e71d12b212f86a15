"""Every package of tests/packages/dmoj is read without conversion, and each of its submissions gets its verdict."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import check_activity, parse_activity
from etude.content.tree import PACKAGE_LIMITS, read_tree
from etude.content.writer import activity_tree
from etude.importers import IncomingPackage, importers
from etude.importers.bench import Bench
from tests.dmoj_packages import NAMES, build_package

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


def read(name, tmp_path, bench):
    files = read_tree(build_package(name, tmp_path), PACKAGE_LIMITS)
    return importers.load()["dmoj"].read(IncomingPackage(name=name, files=files), bench)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.long) for name in NAMES]
)
def test_every_submission_gets_its_stated_verdict(name, tmp_path, bench):
    content = read(name, tmp_path, bench)

    agreements = list(check_activity(content, bench.judge))

    assert any(item.expected == ("AC",) for item in agreements)
    assert any("AC" not in item.expected for item in agreements)
    assert not [(item.file, item.expected, item.verdict) for item in agreements if not item.agrees]


@pytest.mark.parametrize("name", sorted(QUICK))
def test_what_was_read_is_an_activity_of_ours(name, tmp_path, bench):
    content = read(name, tmp_path, bench)

    again = parse_activity(activity_tree(content))

    assert list(check_activity(again, bench.judge)) == list(check_activity(content, bench.judge))


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
def test_points_are_those_that_dmoj_gives(name, solution, score, tmp_path, bench):
    content = read(name, tmp_path, bench)
    judged = {}

    def judge(job):
        judged["last"] = bench.judge(job)
        return judged["last"]

    scores = {item.file: judged["last"].score for item in check_activity(content, judge)}

    assert scores[f"solutions/{solution}"] == Decimal(score)
