from __future__ import annotations

import pytest


def test_yml(**values):
    return "".join(
        f"{key}: {value}\n" for key, value in {"language": "PY3", "source": "a.py", **values}.items()
    ).encode()


test_yml.__test__ = False


def solutions(problem, cases, files):
    return [(one.path, one.language) for one in problem(cases, files).solutions]


@pytest.mark.parametrize(
    ("values", "folder"),
    [
        ({}, "accepted"),
        ({"expect": "WA"}, "wrong_answer"),
        ({"expect": "IR"}, "run_time_error"),
        ({"expect": "[TLE, WA]"}, "wrong_answer_or_time_limit_exceeded"),
        ({"cases": "[AC, WA]"}, "wrong_answer"),
        ({"cases": "{2: [RTE, AC]}"}, "accepted_or_run_time_error"),
        ({"expect": "WA", "cases": "{1: AC, 3: SC}"}, "wrong_answer"),
        ({"expect": "'*'", "cases": "[MLE]"}, "rejected_or_internal_error"),
    ],
)
def test_the_verdicts_of_the_whole_follow_from_those_of_its_cases(problem, cases, values, folder):
    found = solutions(problem, cases, {"tests/one/test.yml": test_yml(**values), "tests/one/a.py": b""})

    if folder == "rejected_or_internal_error":
        folder = (
            "wrong_answer_or_time_limit_exceeded_or_memory_limit_exceeded_or_run_time_error_or_"
            "output_limit_exceeded_or_compile_error_or_internal_error"
        )
    assert found == [(f"solutions/{folder}/one.py", "python")]


def test_limits_are_those_of_the_accepted_ones(problem, cases):
    files = {
        "config.yml": None,
        "tests/a/test.yml": test_yml(expect="TLE", time=1, memory=999_999), "tests/a/a.py": b"",
        "tests/b/test.yml": test_yml(time=3, memory=65536), "tests/b/a.py": b"",
        "tests/c/test.yml": test_yml(time=2, memory=131072), "tests/c/a.py": b"",
    }  # fmt: skip

    limits = problem(cases, files).limits

    assert (limits.time_s, limits.memory_mb) == (3, 128)


def test_what_cannot_be_judged_here_is_named_or_skipped(problem, cases):
    files = {
        "tests/a/test.yml": test_yml(language="PY2"), "tests/a/a.py": b"",
        "tests/b/test.yml": test_yml(skip="true"), "tests/b/a.py": b"",
        "tests/c/test.yml": test_yml(arch="[arm64]"), "tests/c/a.py": b"",
        "tests/d/test.yml": b"language: PY3\n", "tests/d/test.linux.yml": b"source: a.py\nexpect: WA\n",
        "tests/d/a.py": b"",
        "solutions/ac/old.pas": b"",
    }  # fmt: skip
    content = problem(cases, files)

    assert [one.path for one in content.solutions] == ["solutions/wrong_answer/d.py"]
    assert [note.path for note in content.warnings if "left out" in note.sentence][:2] == [
        "tests/a",
        "solutions/ac/old.pas",
    ]


def test_folders_of_verdicts_have_many_names_and_solutions_several_files(problem, cases):
    files = {"solutions/Wrong-Answer/x.cpp": b"", "submissions/tle/two/main.py": b"", "submissions/tle/two/b.py": b""}

    assert solutions(problem, cases, files) == [
        ("solutions/time_limit_exceeded/two", "python"),
        ("solutions/wrong_answer/x.cpp", "cpp"),
    ]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"tests/a/test.yml": test_yml()}, "tests/a/test.yml:2: source: There is no file “tests/a/a.py”"),
        ({"tests/a/test.yml": b"source: a.py\n"}, "The “language” is not named."),
        ({"tests/a/test.yml": b"language: PY3\n"}, "The “source” is not named."),
        ({"tests/a/test.yml": test_yml(expect="XX"), "tests/a/a.py": b""}, "There is no verdict “XX”."),
        ({"solutions/perfect/a.py": b""}, "solutions/perfect/a.py: There is no verdict “perfect”."),
        ({"solutions/a.py": b""}, "Solutions lie in a folder"),
    ],
)
def test_a_mistake_names_its_file(mistake, cases, files, sentence):
    assert sentence in mistake(cases, files)
