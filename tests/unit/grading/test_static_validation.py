"""A static validator reads what was handed in; nothing of it runs, and nothing of it runs in the validator's place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.grading.engine import grade
from etude.grading.errors import JobError
from etude.grading.job import Job, Test, TestGroup, Validator
from etude.grading.verdict import Status

READS = b"""
import os, sys
import helper
language, entry, folder, *arguments = sys.argv[1:]
with open(folder + "judgemessage.txt", "w") as file:
    print(language, entry, arguments, sorted(filter(os.path.isfile, os.listdir("."))), file=file)
with open(entry) as file:
    text = file.read()
if "crash" in text:
    sys.exit(7)
if "goto" in text:
    with open(folder + "teammessage.txt", "w") as file:
        file.write("No goto, please.")
    sys.exit(43)
if "half" in text:
    with open(folder + "score_multiplier.txt", "w") as file:
        file.write("0.5")
sys.exit(helper.right())
"""
FILES = {"main.py": READS, "helper.py": b"def right():\n    return 42\n"}
STATIC = Validator(language="python", files=FILES, protocol="static", arguments=("a",))
TEST = Test(name="look", is_static=True, validator_arguments=("b",), points=Decimal(10))


@pytest.fixture
def look(judge):
    """Let the validator read a Python program; the one result."""

    def run(source, **fields):
        return judge(source, tests=(TEST,), scoring="sum", static_validator=STATIC, **fields).tests[0]

    return run


def test_the_validator_is_told_the_language_and_where_the_answer_starts(look):
    result = look("print(1)")

    assert (result.status, result.points) == (Status.AC, 10)
    assert result.judge_note.text == "python3 main.py ['a', 'b'] ['main.py']"


@pytest.mark.parametrize(
    ("source", "status", "points"),
    [("# goto", Status.WA, 0), ("# half", Status.AC, 5), ("# crash", Status.IE, None)],
)
def test_the_validator_decides_as_any_of_kattis_does(look, source, status, points):
    result = look(source)

    assert (result.status, result.points) == (status, points)


def test_what_it_says_for_the_student_is_the_message(look):
    assert str(look("# goto").message) == "No goto, please."


def test_nothing_of_the_answer_is_run(look):
    assert look("raise SystemExit(3)").status is Status.AC


@pytest.mark.parametrize("name", ["helper.py", "sys.py", "os.py", "helper/__init__.py"])
def test_a_file_of_the_answer_stands_in_for_no_module_of_the_validator(jails, cache_dir, name):

    files = {"main.py": b"# goto", name: b"import sys\nsys.exit(42)\n\ndef right():\n    return 42\n"}
    job = Job(
        language="python",
        files=files,
        groups=(TestGroup(name="only", tests=(TEST,), points=Decimal(1)),),
        static_validator=STATIC,
    )

    verdict = grade(job, jails, cache_dir=cache_dir)

    assert verdict.status is Status.WA


@pytest.mark.parametrize(
    "make",
    [
        lambda: Validator(language="java", files={"A.java": b""}, protocol="static"),
        lambda: Validator(language="python", files={"a.py": b""}, protocol="static", is_interactive=True),
        lambda: Test(name="x", is_static=True, expected=b""),
        lambda: Test(name="x", is_static=True, script=b""),
        lambda: Job(language="python", files={"main.py": b""}, groups=(TestGroup(name="x", tests=(TEST,)),)),
    ],
)
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(JobError):
        make()
