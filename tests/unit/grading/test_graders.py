"""Graders: what they are told, what they may say, and that whatever else they do is their own fault."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from etude.grading.engine import grade
from etude.grading.errors import CannotJudgeError, JobError
from etude.grading.graders import Part
from etude.grading.groups import GroupWalk
from etude.grading.job import Grader, Job, Test, TestGroup
from etude.grading.verdict import Status, TestResult, Verdict

ECHO = b"""
import sys
lines = sys.stdin.read().split("\\n")[:-1]
print(lines[int(sys.argv[1])])
"""


def graded(*tests: Test, **fields) -> TestGroup:
    return TestGroup(name="g", points=Decimal(10), tests=tests, is_graded=True, **fields)


def walk(group: TestGroup, decide, *others: TestGroup, status: Status = Status.AC) -> GroupWalk:
    """Walk over a graded group whose tests all get one status."""
    job = Job(language="python", files={}, groups=(group, *others), grader=Grader(language="python", files={}))

    def run(test: Test, in_group: TestGroup) -> TestResult:
        return TestResult(name=test.name, group=in_group.name, visibility=in_group.visibility, status=status)

    walked = GroupWalk(job, run, decide=decide)
    walked.walk()
    return walked


def test_grader_is_told_verdicts_and_scores_of_tests_and_groups_in_order():
    told = []

    def decide(_group, parts):
        told.extend(part.line for part in parts)
        return Part(Status.AC, Fraction(7))

    inner = TestGroup(name="in", inside="g", points=Decimal(4), tests=(Test(name="3"),))
    walked = walk(graded(Test(name="1", points=Decimal("2.5")), Test(name="2")), decide, inner)

    assert told == ["AC 2.500000", "AC 1.000000", "AC 4.000000"]
    assert (walked.score, walked.status) == (Decimal("7.00"), Status.AC)


def test_memory_and_output_are_run_time_errors_to_a_grader():
    told = []

    def decide(_group, parts):
        told.extend(part.line for part in parts)
        return Part(Status.RTE, Fraction(9))

    walked = walk(graded(Test(name="1")), decide, status=Status.MLE)

    assert told == ["RTE 0.000000"]
    assert (walked.score, walked.status) == (Decimal("0.00"), Status.RTE)  # a score counts with AC only


def test_grader_may_accept_what_its_tests_do_not():
    walked = walk(graded(Test(name="1")), lambda _group, _parts: Part(Status.AC, Fraction(5)), status=Status.WA)

    assert (walked.score, walked.status) == (Decimal("5.00"), Status.AC)


@pytest.mark.parametrize("score", [Fraction(11), Fraction(-1)])
def test_score_beyond_what_the_group_is_worth_is_the_graders_fault(score):
    with pytest.raises(CannotJudgeError, match="for a group that is worth 10"):
        walk(graded(Test(name="1")), lambda _group, _parts: Part(Status.AC, score))


def test_grader_is_not_asked_about_what_could_not_be_judged():
    asked = []

    walked = walk(graded(Test(name="1")), lambda *told: asked.append(told), status=Status.IE)

    assert (asked, walked.status) == ([], Status.IE)


def test_graded_group_needs_a_grader():
    with pytest.raises(JobError, match="no grader"):
        Job(language="python", files={}, groups=(graded(Test(name="1")),))


@pytest.fixture
def run_with(jails, cache_dir):
    """Judge a program of one test in a graded group, with the source of a grader."""

    def run(source: bytes, *arguments: str, code: str = "print(1)") -> Verdict:
        group = graded(Test(name="1", expected=b"1"), grader_arguments=arguments)
        grader = Grader(language="python", files={"grade.py": source})
        job = Job(language="python", files={"main.py": code.encode()}, groups=(group,), grader=grader)
        return grade(job, jails, cache_dir=cache_dir)

    return run


def test_grader_runs_in_a_jail_with_the_arguments_of_its_group(run_with):
    verdict = run_with(ECHO, "0")

    assert (verdict.status, verdict.score) == (Status.AC, Decimal("1.00"))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"print('AC 1')\nraise SystemExit(2)", "ended with exit code 2"),
        (b"import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "ended with exit code|ended by signal"),
        (b"", "cannot be read"),
        (b"print('OK 1')", "cannot be read"),
        (b"print('JE 0')", "cannot be read"),
        (b"print('AC nan')", "cannot be read"),
        (b"print('AC 1')\nprint('AC 1')", "cannot be read"),
        (b"print('x' * 5_000_000)", "over a limit"),
        (b"print('AC 99')", "for a group that is worth 10"),
        (b"def :", "does not compile"),
    ],
)
@pytest.mark.parametrize("code", ["print(1)", "print(2)"])
def test_grader_that_fails_is_never_blamed_on_the_answer(run_with, source, sentence, code):
    verdict = run_with(source, code=code)

    assert verdict.status is Status.IE
    assert verdict.score == 0
    assert any(part in str(verdict.message) for part in sentence.split("|"))


def test_answer_finds_nothing_of_the_grader(run_with):
    code = "import os\nprint(1 if not [n for n in os.listdir('.') if 'grade' in n] else 0)"

    assert run_with(ECHO, "0", code=code).status is Status.AC
