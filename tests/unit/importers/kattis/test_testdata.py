"""Tests: whole or refused, by their names, with files and arguments."""

from __future__ import annotations

import pytest

from etude.content import ContentError
from tests.unit.importers.kattis.conftest import said


def test_samples_and_secret_tests_are_groups(legacy):
    sample, secret = legacy().groups

    assert (sample.name, sample.visibility, sample.points) == ("sample", "sample", 0)
    assert (secret.name, secret.visibility, secret.points) == ("secret", "hidden", 10)
    assert secret.tests[0].stdin == {"": b"2\n"}
    assert secret.tests[0].expected == {"": b"4\n"}


def test_names_become_plain_and_stay_apart(legacy):
    odd = {f"data/secret/{name}.{end}": b"2\n" for name in ("a b", "a#b", "a\\b") for end in ("in", "ans")}

    tests = legacy(odd).groups[1].tests

    assert [test.name for test in tests] == ["1", "a-b", "a-b-2", "a-b-3"]
    assert [test.title for test in tests[1:]] == [{"": "a b"}, {"": "a#b"}, {"": "a\\b"}]


def test_names_that_the_new_format_forbids_do_not_exist_for_a_judge_and_are_named(new):
    content = new({"data/secret/a b.in": b"", "data/secret/.hidden.in": b""})

    assert len(content.groups[1].tests) == 1
    assert "data/secret/a b.in: Judges have to ignore a file of this name" in said(content)


def test_files_and_arguments_of_a_test(new):
    files = {"data/secret/1.yaml": b"args: [a, b c]\n", "data/secret/1.files/x/y.txt": b"y", "data/secret/2.in": b"",
             "data/secret/2.ans": b"", "data/secret/2.args": b"'d e' f"}  # fmt: skip

    first, second = new(files).groups[1].tests

    assert (first.arguments, first.files) == (("a", "b c"), {"": {"x/y.txt": b"y"}})
    assert second.arguments == ("d e", "f")


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"data/secret/1.ans": None}, "data/secret/1.in: This test has no answer (.ans)."),
        ({"data/secret/2.ans": b""}, "data/secret/2.ans: There is an answer here, but no input (.in)."),
        ({"data/secret/1.in": None, "data/secret/1.ans": None}, "data/secret: There "),
        ({"data/testdata.yaml": b"on_reject: perhaps\n"}, "data/testdata.yaml:1: on_reject: Either break or continue"),
        ({"data/testdata.yaml": b"grading: custom\n"}, "data/testdata.yaml:1: grading: There is no grader"),
        ({"data/testdata.yaml": b"grading: own\n"}, "data/testdata.yaml:1: grading: Either default or custom"),
    ],
)
def test_tests_that_are_not_whole_are_refused(legacy, files, sentence):
    with pytest.raises(ContentError) as caught:
        legacy(files)

    assert sentence in str(caught.value)


def test_folders_that_nothing_is_made_of_are_named(legacy):
    content = legacy({"generators/gen.py": b"", "data/invalid_input/1.in": b"", "attachments/a.txt": b""})

    assert "These folders are not used here: attachments, generators, data/invalid_input." in said(content)
