from __future__ import annotations

import pytest

from etude.content import ActivityChecker


@pytest.mark.parametrize(
    ("asked", "checker"),
    [
        ("identical", ActivityChecker(name="exact")),
        ("{name: identical, args: {pe_allowed: false}}", ActivityChecker(name="exact")),
        ("sorted", ActivityChecker(name="unordered", options={"split": "lines"})),
        ("{name: sorted, args: {split_on: whitespace}}", ActivityChecker(name="unordered", options={"split": "words"})),
        ("linecount", ActivityChecker(name="line_share")),
    ],
)
def test_a_checker_that_we_have_is_ours(problem, cases, asked, checker):
    content = problem(f"{cases}checker: {asked}\n")

    assert (content.checker, content.validator) == (checker, None)


@pytest.mark.parametrize(
    "asked", ["easy", "floats", "{name: floats, args: {precision: 3}}", "rstripped", "{name: c.py}"]
)
def test_any_other_is_called_by_a_validator(problem, cases, asked):
    content = problem(f"{cases}checker: {asked}\n", {"c.py": b"def check(a, b, **k):\n    return True\n"})

    assert (content.validator.protocol, content.validator.is_interactive) == ("dmoj", False)
    assert content.groups[0].tests[0].validator_arguments[0] == "case_position=0"


def test_cases_with_checkers_of_ours_are_grouped_by_them(problem):
    case = "- {in: 1.in, out: 1.out, points: 1"
    content = problem(f"test_cases:\n{case}}}\n{case}, checker: identical}}\n{case}, checker: identical}}\n")

    assert [(group.checker.name, len(group.tests)) for group in content.groups] == [("lines", 1), ("exact", 2)]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("guess", "There is no checker “guess”"),
        ("gone.py", "There is no file “gone.py”"),
        ("1.in", "A checker is a Python file"),
        ("{args: {}}", "A checker has a “name”."),
        ("bridged", "names its “files”"),
        ("{name: bridged, args: {type: testlib}}", "The program’s “files” are not named."),
    ],
)
def test_a_checker_that_there_is_not_is_a_mistake(mistake, cases, asked, sentence):
    said = mistake(f"{cases}checker: {asked}\n")

    assert sentence in said
    assert said.startswith("init.yml:3: checker")


def test_a_bridged_checker_stands_alone(mistake):
    case = "- {in: 1.in, out: 1.out"
    init = f"test_cases:\n{case}}}\n{case}, checker: {{name: bridged, args: {{files: c.cpp}}}}}}\n"

    assert "must be the only checker" in mistake(init, {"c.cpp": b""})


def test_a_batch_has_one_checker(mistake):
    case = "{in: 1.in, out: 1.out"

    assert "must have one checker" in mistake(f"test_cases:\n- batched: [{case}}}, {case}, checker: identical}}]\n")
