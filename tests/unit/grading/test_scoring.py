"""Points add up exactly, rounded half up, and samples count nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.grading.job import Test, TestGroup
from etude.grading.scoring import GroupTally, round_points
from etude.grading.verdict import Status, TestResult


def tally(statuses: str, **fields):
    """Credit a group of tests with these statuses; its outcome, the streamed points, the final points."""
    names = statuses.split()
    tests = tuple(Test(name=str(number)) for number in range(len(names)))
    group = TestGroup(**{"name": "g", "tests": tests, "points": Decimal(10), **fields})
    counting = GroupTally(group)
    streamed = [
        counting.credit(TestResult(name=test.name, group="g", visibility=group.visibility, status=Status(name)))
        for test, name in zip(tests, names, strict=True)
    ]
    outcome, final = counting.close(streamed)
    return outcome, [result.points for result in streamed], [result.points for result in final]


@pytest.mark.parametrize(
    ("points", "rounded"), [("0.005", "0.01"), ("2.675", "2.68"), ("2.664", "2.66"), ("3.335", "3.34"), ("7", "7.00")]
)
def test_points_are_rounded_half_up(points, rounded):
    assert round_points(Decimal(points)) == Decimal(rounded)


def test_all_gives_the_points_when_every_test_is_accepted():
    outcome, streamed, final = tally("AC AC AC")

    assert (outcome.status, outcome.score, outcome.max_score) == (Status.AC, 10, 10)
    assert streamed == [None, None, None]
    assert (final, sum(final)) == ([Decimal("3.33"), Decimal("3.34"), Decimal("3.33")], 10)


def test_all_gives_nothing_when_one_test_fails():
    outcome, _, final = tally("AC TLE WA")

    assert (outcome.status, outcome.score, final) == (Status.TLE, 0, [0, 0, 0])


def test_sum_gives_each_test_its_share_as_it_comes():
    outcome, streamed, final = tally("AC WA AC", scoring="sum")

    assert (outcome.status, outcome.score) == (Status.WA, Decimal("6.67"))
    assert streamed == final == [Decimal("3.33"), 0, Decimal("3.34")]


def test_the_shares_of_a_full_answer_are_exactly_the_points():
    outcome, _, final = tally("AC " * 7, scoring="sum", points=Decimal("0.10"))

    assert sum(final) == outcome.score == outcome.max_score == Decimal("0.10")


@pytest.mark.parametrize("scoring", ["all", "sum"])
def test_samples_count_nothing(scoring):
    outcome, _, final = tally("AC AC", visibility="sample", scoring=scoring)

    assert (outcome.status, outcome.score, outcome.max_score, final) == (Status.AC, 0, 0, [0, 0])


def test_points_have_no_binary_rounding():
    outcome, _, _ = tally("AC", points=Decimal("1.005"))

    assert outcome.score == Decimal("1.01")


def test_a_group_that_was_broken_off_is_not_full():
    tests = (Test(name="a"), Test(name="b"))
    counting = GroupTally(TestGroup(name="g", tests=tests, points=Decimal(1)))
    first = counting.credit(TestResult(name="a", group="g", visibility="hidden", status=Status.AC))

    outcome, final = counting.close([first])

    assert (outcome.score, [result.points for result in final]) == (0, [0])
