from __future__ import annotations

import pytest


def shape(content):
    return [(group.name, str(group.points), [test.name for test in group.tests]) for group in content.groups]


def test_what_a_case_does_not_say_its_batch_says_and_then_the_file(problem):
    content = problem("""
points: 3
in: 1.in
test_cases:
- {out: 1.out}
- {out: 2.out, in: 2.in, points: 5}
- points: 7
  out: 2.out
  batched: [{}, {in: 2.in}]
- out: 2.out
  batched: [{points: 1}]
""")

    assert shape(content) == [("cases-1", "8", ["1", "2"]), ("batch-1", "7", ["3", "4"]), ("batch-2", "3", ["5"])]
    assert [test.stdin[""] for test in content.groups[1].tests] == [b"1\n", b"2\n"]


def test_pretests_come_first_are_worth_nothing_and_end_everything(problem, cases):
    content = problem("pretest_test_cases:\n- {in: 2.in, out: 2.out, points: 50}\n" + cases)

    assert [(group.name, str(group.points), group.on_reject) for group in content.groups] == [
        ("case-1", "0", "stop_all"),
        ("cases-2", "1", "continue"),
    ]


def test_a_batch_waits_for_those_that_it_depends_on(problem):
    batch = "- {points: 1, batched: [{in: 1.in, out: 1.out}]"
    content = problem(f"test_cases:\n{batch}}}\n{batch}, dependencies: [1]}}\n{batch}, requirements: [1, 2]}}\n")

    assert [group.requires for group in content.groups] == [(), ("batch-1",), ("batch-1", "batch-2")]


@pytest.mark.parametrize(
    ("init", "sentence"),
    [
        ("test_cases:\n- batched: []\n", "The batch has no case."),
        ("test_cases:\n- batched: [{batched: [{in: 1.in}]}]\n", "A batch cannot lie in another one."),
        ("test_cases:\n- {batched: [{in: 1.in, out: 1.out}], dependencies: [1]}\n", "A number between"),
        ("test_cases:\n- {in: 1.in, out: 1.out, points: -1}\n", "A number between 0 and 10000"),
        ("test_cases:\n- {in: 1.in, out: 1.out, points: 0.001}\n", "two decimals"),
        ("test_cases: {case_points: [1]}\n", "There are fewer “case_points” than cases."),
        ("test_cases++: |\n  node = []\n", "Settings that are computed, such as “test_cases++”"),
        ("pretest_test_cases: 1\n", "A list must stand here."),
    ],
)
def test_a_mistake_names_its_line(mistake, init, sentence):
    said = mistake(init)

    assert sentence in said
    assert said.startswith("init.yml:")


def test_cases_are_found_by_the_names_of_their_files(problem, archive):
    names = ["t.10.in", "t.10.out", "t.2.1.in", "t.2.1.out", "t.2.2.in", "t.2.2.out", "t.1.in", "t.1.out"]

    content = problem("archive: a.zip\npoints: 4\n", {"a.zip": archive({f"x/{name}": name.encode() for name in names})})

    assert shape(content) == [("cases-1", "4", ["1"]), ("batch-1", "4", ["2", "3"]), ("cases-4", "4", ["4"])]
    assert content.groups[2].tests[0].expected[""] == b"t.10.out\n"


def test_without_an_archive_cases_are_found_among_the_loose_files(problem):
    assert shape(problem("test_cases: {case_points: [2, 3]}\n")) == [("cases-1", "5", ["1", "2"])]


def test_two_cases_of_one_number_are_a_mistake(mistake, archive):
    zipped = archive(dict.fromkeys(("a1.in", "a01.in"), b""))

    assert "a1.in" not in mistake("archive: a.zip\n", {"a.zip": zipped, "1.in": None})
