"""What submissions.yaml says of groups, single tests, scores and messages becomes rules of the activity's solutions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import ContentError, SolutionRule
from etude.content.parse_solutions import verdicts_of
from tests.unit.importers.kattis.conftest import said

SCORING = {
    "problem.yaml": b"problem_format_version: 2025-09\nname: x\nuuid: 1\ntype: scoring\nlimits: {time_limit: 1}\n",
    "data/secret/1.in": None,
    "data/secret/1.ans": None,
    **{f"data/secret/{name}.{kind}": b"1\n" for name in ("a/1", "a/2", "b/big one") for kind in ("in", "ans")},
    **{f"data/secret/{name}/test_group.yaml": b"max_score: 50\n" for name in "ab"},
    "submissions/mixed/x.py": b"print(1)\n",
}


@pytest.fixture
def stated(new):
    """Read a package that states these things of submissions/mixed/x.py."""

    def read(lines: str):
        text = "mixed/x.py:\n" + "".join(f"  {line}\n" for line in lines.splitlines())
        content = new({**SCORING, "submissions/submissions.yaml": text.encode()})
        return content, next(one for one in content.solutions if one.name == "x.py")

    return read


def test_score_and_message_are_of_the_whole(stated):
    _content, solution = stated("score: [10, 50]\nmessage: too big")

    assert solution.rules == (SolutionRule(lowest_score=Decimal(10), highest_score=Decimal(50), message="too big"),)


def test_pattern_of_a_group_becomes_its_name_and_one_of_tests_theirs(stated):
    _content, solution = stated("sample: {permitted: [AC]}\nsecret/a: {score: 50}\nsecret/*/1: {required: [RTE]}")

    assert solution.rules == (
        SolutionRule(tests=("sample",), permitted=("AC",)),
        SolutionRule(tests=("secret-a",), lowest_score=Decimal(50), highest_score=Decimal(50)),
        SolutionRule(tests=("secret-a/1",), required=("RTE", "MLE", "OLE")),
    )


def test_verdict_of_the_whole_follows_from_what_is_stated_of_every_test(stated):
    _content, solution = stated("sample: {permitted: [AC]}\nsecret: {permitted: [AC, TLE], required: [TLE]}")

    assert verdicts_of("code", solution.verdict) == ("TLE",)


def test_requirement_of_one_group_does_not_say_which_test_fails_first(stated):
    _content, solution = stated("permitted: [AC, WA, TLE]\nsecret/b: {required: [TLE]}")

    assert set(verdicts_of("code", solution.verdict)) == {"WA", "TLE"}


def test_score_of_a_single_test_is_named(stated):
    content, solution = stated("secret/a/1: {score: 3, permitted: [AC]}")

    assert solution.rules == (SolutionRule(tests=("secret-a/1",), permitted=("AC",)),)
    assert "submissions.yaml:2: Only the scores of scoring problems and of their groups are compared." in said(content)


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("secret: {permitted: [OK]}", "submissions.yaml:2: .*“OK” is no verdict"),
        ("score: [1, 2, 3]", "submissions.yaml:2: .*One number, or a list of two"),
        ("score: [2, 1]", "submissions.yaml:2: .*must not be above the second"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(stated, line, mistake):
    with pytest.raises(ContentError, match=mistake):
        stated(line)
