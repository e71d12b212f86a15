from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import ActivityChecker
from etude.importers import importers

INTERACTOR = {"interact.py": b"import sys\nsys.exit(0)\n"}


def test_a_problem_is_known_by_its_file():
    importer = importers.load()["dmoj"]

    assert importer.recognises(["init.yml", "1.in"])
    assert not importer.recognises(["problem.yaml"])


def test_a_problem_becomes_an_activity(problem, cases):
    content = problem(cases)

    assert (content.slug, content.title["fr"], content.points) == ("some-problem", "Some Problem", Decimal(1))
    assert content.checker == ActivityChecker(name="lines", options={"spaces": "collapse", "ignore_empty_lines": True})
    assert set(content.statement) == {"fr", "en"}
    assert {"python", "cpp", "java", "csharp"} <= set(content.languages)


def test_what_is_not_used_is_named_with_its_line(problem, cases):
    content = problem(f"{cases}novelty: 1\nhints: [x]\n", {"notes.txt": b"", "1.in.bak": b""})

    said = [str(warning) for warning in content.warnings]
    assert said[:2] == [
        "init.yml:3: The setting “novelty” is not used here.",
        "init.yml:4: The setting “hints” is not used here.",
    ]
    assert "notes.txt" in said[2]
    assert "2.in" in said[2]


def test_a_grader_of_its_own_goes_before_an_interactor(problem, cases):
    grader = b"class Grader(InteractiveGrader):\n    def interact(self, case, interactor):\n        return True\n"

    content = problem(
        f"{cases}custom_judge: g.py\ninteractive: {{files: interact.py}}\n", {"g.py": grader, **INTERACTOR}
    )

    assert content.validator.protocol == "dmoj"
    assert content.validator.is_interactive


def test_solutions_of_one_name_get_numbers(problem, cases):
    files = {"solutions/ac/a b.py": b"1", "solutions/accepted/a_b.py": b"2", "submissions/AC/a-b.py": b"3"}

    names = {solution.name for solution in problem(cases, files).solutions}

    assert names == {"a_b.py", "a_b-2.py", "a-b.py"}


@pytest.mark.parametrize(
    ("init", "place", "sentence"),
    [
        ("", "init.yml:1", "A mapping"),
        ("- 1", "init.yml:1", "A mapping"),
        ("test_cases: []", "init.yml:1", "There are no test cases."),
        ("test_cases:\n- {in: 1.in, out: [\n", "init.yml:3", "This is not YAML"),
        ("archive: none.zip\n", "init.yml:1", "There is no file “none.zip” in the package."),
        ("archive: ../../etc/passwd\n", "init.yml:1", "There is no file"),
        ("test_cases:\n- in: 1.in\n  out: 9.out\n", "init.yml:3", "There is no file “9.out” in the package."),
        ("test_cases:\n- in: /etc/passwd\n  out: 1.out\n", "init.yml:2", "There is no file “/etc/passwd”"),
        ("test_cases:\n- {in: 1.in}\n", "init.yml:2", "The case has an input, but no expected output"),
        ("a: &a [*a]\n", "init.yml:1", "“*a” holds itself."),
    ],
)
def test_a_broken_package_is_one_sentence_that_names_file_and_line(mistake, init, place, sentence):
    said = mistake(init)

    assert said.startswith(f"{place}: ")
    assert sentence in said


def test_no_time_limit_and_no_accepted_solution_is_one_sentence(mistake, cases):
    assert mistake(cases, {"config.yml": None}) == (
        "init.yml: No time limit is stated, and there is no accepted solution that could be measured."
    )
