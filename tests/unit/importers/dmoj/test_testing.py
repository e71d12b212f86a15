from __future__ import annotations

import pytest

from etude.grading.job import Test


def test_text_is_normalised_unless_it_is_binary(problem):
    case = "- {in: 2.in, out: 2.out, points: 1"

    tests = problem(f"test_cases:\n{case}}}\n{case}, binary_data: true}}\n").groups[0].tests

    assert [(test.stdin[""], test.expected[""]) for test in tests] == [(b"2\n", b"2\n"), (b"2", b"2\r\n")]


def test_a_link_to_standard_input_is_a_file_and_one_to_the_output_is_named(problem, cases):
    content = problem(f"{cases}symlinks: {{a.txt: /dev/stdin, b.txt: /dev/stdout}}\n")

    assert content.groups[0].tests[0].files == {"": {"a.txt": b"1\n"}}
    assert "symlinks: /dev/stdout" in str(content.warnings[0])


def test_files_in_place_of_input_and_output(problem, cases):
    test = problem(f"{cases}file_io: {{input: a.inp, output: a.out}}\n").groups[0].tests[0]

    assert (test.files[""], test.expected_files[""], test.expected) == ({"a.inp": b"1\n"}, {"a.out": b"1\n"}, {})


def test_a_file_that_is_written_needs_a_checker_of_ours(mistake, cases):
    assert "cannot judge a file" in mistake(f"{cases}file_io: {{output: a.out}}\nchecker: floats\n")


@pytest.mark.parametrize(
    "setting",
    [
        "symlinks: {../../x: /dev/stdin}",
        "file_io: {input: /etc/x}",
        "file_io: {output: __etude_x}",
        "symlinks: {'': /dev/stdin}",
    ],
)
def test_a_file_beside_the_program_stays_there(mistake, cases, setting):
    assert mistake(f"{cases}{setting}\n").startswith("init.yml:3: ")


def test_tests_are_worth_the_points_of_their_case_or_batch(problem):
    init = "test_cases:\n- {in: 1.in, out: 1.out, points: 4}\n- {points: 6, batched: [{in: 1.in, out: 1.out}]}\n"

    groups = problem(init).groups

    assert [Test(name="x", points=group.tests[0].points).worth for group in groups] == [4, 6]
    assert [(group.scoring, group.on_reject) for group in groups] == [("sum", "continue"), ("min", "stop")]
