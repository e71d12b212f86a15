from __future__ import annotations

from decimal import Decimal

import pytest

FILES = {"c.cpp": b"int main() {}\n", "i.py": b"", "h.h": b""}


def bridged(problem, cases, options):
    return problem(f"{cases}checker: {{name: bridged, args: {{files: c.cpp{options}}}}}\n", FILES)


@pytest.mark.parametrize(
    ("options", "protocol", "call"),
    [
        ("", "exit_code", ()),
        (", type: testlib", "testlib", ()),
        (", type: coci", "testlib", ()),
        (", type: peg", "peg", ()),
        (", args_format_string: '-x {answer_file} \"a b\"'", "exit_code", ("-x", "{answer}", "a b")),
    ],
)
def test_a_type_is_a_protocol_of_ours(problem, cases, options, protocol, call):
    validator = bridged(problem, cases, options).validator

    assert (validator.language, validator.protocol, validator.call) == ("cpp", protocol, call)
    assert (validator.points_unit, validator.time_s, validator.memory_mb) == ("points", 20, 512)


def test_limits_are_those_that_are_stated(problem, cases):
    validator = bridged(problem, cases, ", time_limit: 3.5, memory_limit: 100000").validator

    assert (validator.time_s, validator.memory_mb) == (Decimal("3.5"), 98)


def test_an_interactor_has_its_own_time_beyond_the_answers(problem, cases):
    validator = problem(f"{cases}interactive: {{files: i.py, lang: PY3, preprocessing_time: 5}}\n", FILES).validator

    assert (validator.is_interactive, validator.language, validator.time_s) == (True, "python", 7)


def test_an_interactor_of_type_coci_is_not_told_of_an_output(problem, cases):
    validator = problem(f"{cases}interactive: {{files: c.cpp, type: coci}}\n", FILES).validator

    assert (validator.protocol, validator.call) == ("testlib", ("{input}", "{answer}"))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (", type: own", "There is no type “own”"),
        (", lang: COBOL", "The language “COBOL” cannot be judged here."),
        (", args_format_string: '\"'", "A quotation mark is missing."),
        (", args_format_string: ' '", "must not be empty"),
        (", time_limit: long", "A number between"),
    ],
)
def test_a_mistake_in_the_options_is_a_sentence(mistake, cases, options, sentence):
    assert sentence in mistake(f"{cases}checker: {{name: bridged, args: {{files: c.cpp{options}}}}}\n", FILES)


@pytest.mark.parametrize(
    "text",
    [
        b"class Grader(StandardGrader):\n    def grade(self, case):\n        pass\n",
        b"class Grader(InteractiveGrader):\n    def grade(self, case):\n        pass\n",
        b"class Grader(InteractiveGrader):\n    def check_result(self, case, result):\n        pass\n",
        b"",
    ],
)
def test_a_grader_that_runs_the_answer_itself_is_refused_by_name(mistake, cases, text):
    assert "The grader “g.py” runs the answer itself" in mistake(f"{cases}custom_judge: g.py\n", {"g.py": text})
