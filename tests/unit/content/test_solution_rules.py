"""What is stated of solutions beside their verdict: read from activity.toml, and held against a verdict."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import ContentError, check_activity, parse_activity
from etude.content.solution_rules import without_lost_names
from etude.grading.verdict import CompileResult, GroupResult, Head, Status, TestResult, Verdict

TOML = b"""
format = 1
slug = "x"
kind = "code"
title = "x"
languages = ["python"]
[[test_group]]
name = "all"
points = 10
scoring = "sum"
[[test_group.test]]
name = "1"
input = "1"
output = "1"
[[test_group]]
name = "deep"
inside = "all"
points = 4
[[test_group.test]]
name = "2"
input = "2"
output = "2"
"""


def activity(*lines: str):
    rules = '\n[[solution]]\npath = "wrong_answer/a.py"\n' + "\n".join(lines)
    return parse_activity({
        "activity.toml": TOML + rules.encode(), "statement.md": b"x", "solutions/wrong_answer/a.py": b"",
    })  # fmt: skip


def missed(content, *statuses: Status, score: str = "4", deep: str = "0", note: str = "") -> list[str]:
    """Return what does not come out when the tests get these verdicts."""
    places = [("all", "1"), ("deep", "2")]
    verdict = Verdict(
        status=Status.WA, score=Decimal(score), max_score=Decimal(10), language="python", tier="full",
        compile=CompileResult(ok=True),
        tests=tuple(
            TestResult(name=name, group=group, visibility="hidden", status=status, judge_note=Head.of(note.encode()))
            for (group, name), status in zip(places, statuses, strict=False)
        ),
        groups=(GroupResult(name="deep", visibility="hidden", status=Status.AC, score=Decimal(deep),
                            max_score=Decimal(4), inside="all"),),
    )  # fmt: skip
    (agreement,) = check_activity(content, lambda _job: verdict)
    assert agreement.agrees is not bool(agreement.missed)
    return [str(one) for one in agreement.missed]


def test_verdict_that_no_test_may_have_is_missed():
    content = activity('tests = ["all"]', 'permitted = ["AC", "WA"]')

    assert missed(content, Status.AC, Status.WA) == []
    assert missed(content, Status.AC, Status.TLE) == ["all: The test “deep/2” got TLE; stated is AC, WA."]


def test_rule_of_some_tests_does_not_look_at_others():
    content = activity('tests = ["deep"]', 'permitted = ["AC"]')

    assert missed(content, Status.WA, Status.AC) == []


def test_required_verdict_must_come_unless_tests_were_left_out():
    content = activity('required = ["TLE"]')

    assert missed(content, Status.WA, Status.WA) == ["No test got TLE, as one should."]
    assert missed(content, Status.WA) == []


def test_message_must_have_been_said_to_the_teacher():
    content = activity('message = "got 7"')

    assert missed(content, Status.WA, Status.WA, note="wanted 8, got 7") == []
    assert missed(content, Status.WA, Status.WA, note="Got 7") == ["The validator never said “got 7”."]


def test_scores_are_of_the_whole_or_of_each_group():
    whole, group = activity("lowest_score = 3", "highest_score = 4"), activity('tests = ["deep"]', "lowest_score = 2")

    assert missed(whole, Status.AC, score="4.00") == []
    assert missed(whole, Status.AC, score="4.5") == ["The score is 4.5; stated is 3 to 4."]
    assert missed(group, Status.AC, deep="1") == ["deep: The score is 1; stated is 2 to 10000."]


def test_nothing_is_missed_of_what_could_not_be_judged():
    content = activity('permitted = ["AC"]')
    verdict = Verdict(status=Status.IE, score=Decimal(0), max_score=Decimal(1), language="python", tier="full",
                      compile=CompileResult(ok=True))  # fmt: skip

    (agreement,) = check_activity(content, lambda _job: verdict)

    assert (agreement.missed, agreement.agrees) == ((), False)


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('tests = ["deeper"]', r"solution\[1\].tests: “deeper” is not known here. Is “deep” meant"),
        ('permitted = ["CE"]', r"solution\[1\].permitted: “CE” is not known here"),
        ('tests = ["all/1"]\nlowest_score = 1', r"solution\[1\].tests: Only groups of tests"),
        ('colour = "red"', "“colour” is not known here"),
    ],
)
def test_mistake_names_its_place(line, mistake):
    with pytest.raises(ContentError, match=mistake):
        activity(line)


def test_rule_of_a_solution_that_is_not_there_is_a_mistake():
    toml = TOML + b'[[solution]]\npath = "accepted/b.py"\n'

    with pytest.raises(ContentError, match=r"“accepted/b\.py” is not known here"):
        parse_activity({"activity.toml": toml, "statement.md": b"x", "solutions/accepted/a.py": b""})


def test_rules_of_renamed_tests_are_left_out():
    content = activity('tests = ["all/1", "deep"]')

    (solution,) = without_lost_names(content.solutions, content.groups[:1])
    (bare,) = without_lost_names(content.solutions, ())

    assert solution.rules[0].tests == ("all/1",)
    assert bare.rules == ()
