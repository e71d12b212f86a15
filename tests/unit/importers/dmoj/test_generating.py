from __future__ import annotations

import pytest

from etude.importers.bench import Bench

GENERATOR = b"""\
import sys
if sys.argv[1] == "fail":
    sys.exit("no such test")
if sys.argv[1] == "flood":
    sys.stdout.write("x" * (65 << 20))
print(sys.argv[1] * 2, end="\\r\\n")
print(sys.argv[1], file=sys.stderr)
"""


@pytest.fixture(scope="module")
def bench():
    with Bench() as opened:
        yield opened


def init(*arguments, rest=""):
    return "generator: gen.py\ntest_cases:\n" + "".join(f"- {{generator_args: [{one}]{rest}}}\n" for one in arguments)


def test_a_generator_makes_input_and_output(problem, bench):
    content = problem(init("ab", "7"), {"gen.py": GENERATOR}, bench)

    assert [(test.stdin[""], test.expected[""]) for test in content.groups[0].tests] == [
        (b"abab\n", b"ab\n"),
        (b"77\n", b"7\n"),
    ]


def test_a_generator_makes_only_what_is_missing(problem, bench):
    content = problem(init("ab", rest=", out: 1.out"), {"gen.py": GENERATOR}, bench)

    assert content.groups[0].tests[0].expected[""] == b"1\n"


def test_a_generator_is_not_run_where_both_are_there(problem):
    content = problem(init("ab", rest=", in: 1.in, out: 1.out"), {"gen.py": GENERATOR})

    assert content.groups[0].tests[0].stdin[""] == b"1\n"


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("fail", "init.yml:1: generator: The generator fails with the arguments “fail”: no such test"),
        ("flood", "init.yml:1: generator: The generator goes over a limit with the arguments “flood”."),
    ],
)
def test_a_generator_that_fails_is_a_sentence_with_its_arguments(mistake, bench, argument, sentence):
    assert mistake(init(argument), {"gen.py": GENERATOR}, bench) == sentence


def test_a_generator_that_does_not_compile_is_a_sentence_with_its_name(mistake, bench):
    assert mistake(init("1"), {"gen.py": b"def"}, bench).startswith("gen.py: This program does not compile")


def test_a_generator_that_is_missing_is_a_sentence(mistake, bench):
    assert "There is no file “gen.py”" in mistake(init("1"), {}, bench)
    assert "names its “source”" in mistake("generator: {flags: []}\ntest_cases: [{}]\n", {}, bench)
