"""Submissions: their verdicts, languages, names and included files."""

from __future__ import annotations

import pytest

from etude.content import ContentError
from etude.content.parse_solutions import verdicts_of
from tests.unit.importers.kattis.conftest import said


def verdicts(content, name):
    solution = next(one for one in content.solutions if one.name == name)
    return set(verdicts_of("code", solution.verdict))


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("wrong_answer", {"WA"}),
        ("time_limit_exceeded", {"TLE"}),
        ("run_time_error", {"RTE", "MLE", "OLE"}),
        ("rejected", {"WA", "TLE", "RTE", "MLE", "OLE"}),
        ("brute_force", {"TLE", "RTE", "MLE", "OLE"}),
        ("partially_accepted", {"AC"}),
        ("compile_error", {"CE"}),
    ],
)
def test_folder_states_the_verdict(legacy, folder, expected):
    assert verdicts(legacy({f"submissions/{folder}/x.py": b""}), "x.py") == expected


def test_annotation_counts_where_the_folder_says_nothing(legacy):
    content = legacy({
        "submissions/mixed/x.py": b"# @EXPECTED_RESULTS@: TIMELIMIT, CORRECT\n",
        "submissions/wrong_answer/y.py": b"# @EXPECTED_RESULTS@: CORRECT\n",
        "submissions/mixed/z.py": b"print()\n",
    })  # fmt: skip

    assert verdicts(content, "x.py") == {"TLE", "AC"}
    assert verdicts(content, "y.py") == {"WA"}
    assert "submissions/mixed/z.py: No verdict is stated for this submission" in said(content)


RULES = b"""
special/p.py: {permitted: [AC, WA], required: [WA]}
"special/{b,c}.py": {required: [RTE]}
special/d*: {permitted: [AC, WA, TLE], required: [AC, WA]}
time_limit_exceeded: {permitted: [AC, WA, TLE]}
"""


def test_rules_of_submissions_yaml(new):
    names = ("special/p.py", "special/b.py", "special/d1.py", "special/e.py", "time_limit_exceeded/t.py")

    content = new({"submissions/submissions.yaml": RULES, **{f"submissions/{name}": b"" for name in names}})

    assert verdicts(content, "p.py") == {"WA"}
    assert verdicts(content, "b.py") == {"RTE", "MLE", "OLE"}
    assert verdicts(content, "d1.py") == {"AC", "WA"}
    assert verdicts(content, "t.py") == {"TLE"}
    assert "submissions/special/e.py: No verdict is stated" in said(content)


def test_language_of_submissions_yaml_counts(new):
    files = {"submissions/submissions.yaml": b"accepted/b.txt: {language: python3}\n"}

    content = new({"submissions/accepted/b.txt/x.prog": b"", **files, "submissions/accepted/go.go": b""})

    assert content.solutions[1].files == {"x.py": b""}
    assert "submissions/accepted/go.go: This submission is in no language" in said(content)


def test_what_submissions_yaml_does_not_have_is_named(new):
    content = new({"submissions/submissions.yaml": b"accepted/a.py:\n  colour: red\n  secret/7: {permitted: [AC]}\n"})

    assert "submissions.yaml:2: “colour” is not known here" in said(content)
    assert "submissions.yaml:3: There is no test or group “secret/7”" in said(content)


def test_names_of_one_folder_stay_apart_and_can_be_stored(legacy):
    paths = ("partially_accepted/a.py", "accepted/b\\c.cpp", "accepted/d.C", "accepted/e/main.py", "accepted/e/f.py")
    files = {f"submissions/{path}": b"" for path in paths}

    names = {one.name: set(one.files) for one in legacy(files).solutions}

    assert names == {"a.py": {"a.py"}, "a-2.py": {"a-2.py"}, "b-c.cpp": {"b-c.cpp"}, "d.cpp": {"d.cpp"},
                     "e": {"main.py", "f.py"}}  # fmt: skip


def test_included_files_go_to_every_answer_and_constants_are_put_in(new):
    yaml = b"problem_format_version: 2025-09\nname: x\nlimits: {time_limit: 1}\nconstants: {n: 7}\n"

    content = new({
        "problem.yaml": yaml,
        "include/default/data.txt": b"{{n}} {{m}}",
        "include/python3/extra.py": b"",
        "submissions/accepted/a.py": b"print({{n}})",
    })  # fmt: skip

    assert content.includes["python"] == {"data.txt": b"7 {{m}}", "extra.py": b""}
    assert content.includes["cpp"] == {"data.txt": b"7 {{m}}"}
    assert content.solutions[0].files == {"main.py": b"print(7)"}


def test_languages_that_the_problem_names(new):
    yaml = b"problem_format_version: 2025-09\nname: x\nlimits: {time_limit: 1}\nlanguages: [cpp, kotlin]\n"

    content = new({"problem.yaml": yaml})

    assert content.languages == ("cpp", "python")
    assert "Languages that cannot be judged here were left out: kotlin." in said(content)


def test_package_without_an_accepted_submission_is_refused(legacy):
    with pytest.raises(ContentError, match="submissions/accepted: There is no accepted submission"):
        legacy({"submissions/accepted/a.py": None, "submissions/wrong_answer/a.py": b""})
