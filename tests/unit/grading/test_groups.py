"""The order of the tests, what ends it early, and groups inside groups."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from etude.grading.groups import GroupWalk
from etude.grading.job import Job, Test, TestGroup
from etude.grading.verdict import Status, TestResult


def group(name: str, *tests: str, **fields) -> TestGroup:
    return TestGroup(name=name, tests=tuple(Test(name=test) for test in tests), **{"points": Decimal(10), **fields})


def walk(*groups: TestGroup, outcomes: str = "", shares=None, verdict: str = "first") -> GroupWalk:
    """Walk over groups; outcomes: status of each test in the order of running, AC for the rest."""
    statuses = iter(outcomes.split())
    given = iter(shares or [])

    def run(test: Test, in_group: TestGroup) -> TestResult:
        return TestResult(
            name=test.name,
            group=in_group.name,
            visibility=in_group.visibility,
            status=Status(next(statuses, "AC")),
            share=next(given, None),
        )

    walked = GroupWalk(Job(language="python", files={}, groups=groups, verdict=verdict), run)
    walked.walk()
    return walked


def names(walked: GroupWalk) -> str:
    return " ".join(f"{result.group}{result.name}" for result in walked.tests)


def test_samples_come_first_and_count_nothing():
    walked = walk(group("a", "1"), group("s", "1", visibility="sample"), outcomes="WA AC")

    assert (names(walked), walked.score, walked.status) == ("s1 a1", 10, Status.WA)


@pytest.mark.parametrize(
    ("on_reject", "expected"),
    [("continue", "a1 a2 b1"), ("stop", "a1 b1"), ("stop_all", "a1")],
)
def test_a_package_says_what_a_rejected_test_ends(on_reject, expected):
    walked = walk(group("a", "1", "2", on_reject=on_reject), group("b", "1"), outcomes="WA")

    assert names(walked) == expected


def test_a_group_waits_for_those_it_requires():
    needs = group("b", "1", requires=("a",))

    assert names(walk(group("a", "1"), needs)) == "a1 b1"
    assert names(walk(group("a", "1"), needs, outcomes="WA")) == "a1"
    assert names(walk(group("a", "1"), needs, group("c", "1", requires=("b",)), outcomes="WA")) == "a1"


def test_groups_inside_count_their_points_in_a_group_that_adds_up():
    walked = walk(
        group("all", scoring="sum", points=Decimal(100)),
        group("easy", "1", inside="all", points=Decimal(30)),
        group("hard", "1", "2", inside="all", points=Decimal(70)),
        outcomes="AC AC WA",
    )

    assert (walked.score, walked.status) == (30, Status.WA)
    assert [(outcome.name, outcome.score) for outcome in walked.groups.values()] == [
        ("all", 30), ("easy", 30), ("hard", 0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scoring", "outcomes", "score"),
    [
        ("min", "AC AC AC", 10),
        ("min", "AC AC WA", 0),
        ("max", "WA WA AC", 10),
        ("max", "WA WA WA", 0),
        ("all", "AC AC AC", 10),
        ("all", "AC AC WA", 0),
        ("sum", "AC WA AC", Decimal("6.67")),
    ],
)
def test_a_group_combines_tests_and_groups_inside(scoring, outcomes, score):
    walked = walk(
        group("a", "1", scoring=scoring),
        group("b", "1", inside="a", points=Decimal(1)),
        group("c", "1", inside="a", points=Decimal(1)),
        outcomes=outcomes,
    )

    assert walked.score == score


def test_the_worst_share_decides_a_minimum_and_the_best_a_maximum():
    half, third = Fraction(1, 2), Fraction(1, 3)

    assert walk(group("a", "1", "2", scoring="min"), shares=[half, third]).score == Decimal("3.33")
    assert walk(group("a", "1", "2", scoring="max"), shares=[half, third]).score == 5
    assert walk(group("a", "1", "2", scoring="all"), shares=[half, 1]).score == 0
    assert walk(group("a", "1", "2", scoring="sum"), shares=[half, third]).score == Decimal("4.17")


def test_a_group_that_stops_leaves_the_groups_inside_that_follow():
    walked = walk(
        group("a", on_reject="stop"),
        group("b", "1", inside="a"),
        group("c", "1", inside="a"),
        group("d", "1"),
        outcomes="WA",
    )

    assert names(walked) == "b1 d1"


def test_tests_weigh_what_they_are_worth():
    tests = (
        Test(name="light", points=Decimal(1)),
        Test(name="heavy", points=Decimal(3), reject_points=Decimal(1)),
    )
    weighed = TestGroup(name="a", points=Decimal(8), scoring="sum", tests=tests)

    assert [result.points for result in walk(weighed).tests] == [2, 6]
    assert [result.points for result in walk(weighed, outcomes="AC WA").tests] == [2, 2]


@pytest.mark.parametrize(
    ("rule", "outcomes", "status"),
    [
        ("first", "AC WA RTE", Status.WA),
        ("worst", "AC WA RTE", Status.RTE),
        ("worst", "AC AC AC", Status.AC),
        ("any", "WA AC RTE", Status.AC),
        ("any", "WA TLE RTE", Status.WA),
        ("always", "WA TLE RTE", Status.AC),
        ("always", "WA IE", Status.IE),
    ],
)
def test_the_status_of_a_group_follows_its_rule(rule, outcomes, status):
    walked = walk(group("a", "1", "2", "3", verdict=rule), outcomes=outcomes)

    assert walked.groups["a"].status is status
    assert walked.status is status


def test_the_status_of_the_whole_follows_its_own_rule():
    assert walk(group("a", "1"), group("b", "1"), outcomes="WA RTE", verdict="worst").status is Status.RTE
    assert walk(group("a", "1"), group("b", "1"), outcomes="WA AC", verdict="any").status is Status.AC


def test_an_internal_error_inside_ends_everything():
    walked = walk(group("a", "1"), group("b", "1", inside="a"), group("c", "1"), outcomes="AC IE")

    assert (names(walked), walked.status) == ("a1 b1", Status.IE)


def test_points_of_the_tests_of_a_group_add_up_to_its_score():
    walked = walk(group("a", "1", "2", "3", scoring="min"), shares=[1, Fraction(1, 2), 1])

    assert (sum(result.points for result in walked.tests), walked.score) == (5, 5)
