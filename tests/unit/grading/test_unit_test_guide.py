"""The examples of docs/how-to/unit-tests.md are judged as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etude.grading.job import Test
from etude.grading.verdict import Status

pytestmark = [pytest.mark.java, pytest.mark.compilers, pytest.mark.long]

GUIDE = Path(__file__).parents[3].joinpath("docs/how-to/unit-tests.md").read_text()
EXAMPLES = dict(re.findall(r"\n## (\S+)\n(.*?)(?=\n## |\Z)", GUIDE, re.DOTALL))
WRONG = {
    "Python": ("self.balance += amount", "self.balance = amount"),
    "Java": ("balance += amount", "balance = amount"),
    "C++": ("amount += more", "amount = more"),
    "C": ("sum / count", "sum"),
}


@pytest.mark.parametrize("heading", WRONG)
def test_the_example_of_a_language_accepts_its_answer_and_no_wrong_one(judge, heading):
    (language, script), (_same, answer) = re.findall(r"```(\w+)\n(.*?)```", EXAMPLES[heading], re.DOTALL)
    tests = (Test(name="t", script=script.encode()),)

    right = judge(answer, language, tests=tests, limits={"cpu_time_s": 5.0})
    wrong = judge(answer.replace(*WRONG[heading]), language, tests=tests, limits={"cpu_time_s": 5.0})

    assert (right.status, right.compile.output, wrong.status) == (Status.AC, "", Status.WA)
    assert "make" in str(wrong.tests[0].message)
