from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import parse_activity
from etude.content.parse_solutions import folder_of, read_answers, verdicts_of


def test_a_solution_tells_its_verdict_its_languages_and_its_files(code_tree):
    code_tree["solutions/run_time_error/crash.fr.py"] = b"1/0"
    code_tree["solutions/rejected/two_files/main.py"] = b"import other"
    code_tree["solutions/rejected/two_files/other.py"] = b""

    solutions = {solution.path: solution for solution in parse_activity(code_tree).solutions}

    crash = solutions["solutions/run_time_error/crash.fr.py"]
    assert (crash.language, crash.course_language, crash.files) == ("python", "fr", {"crash.fr.py": b"1/0"})
    assert set(solutions["solutions/rejected/two_files"].files) == {"main.py", "other.py"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("solutions/answer.py", "in a folder named after their verdict"),
        ("solutions/wrong_anser/a.py", "Is “wrong_answer” meant?"),
        ("solutions/accepted/a.java", "none of the activity’s languages: python"),
    ],
)
def test_a_bad_solution_is_named(code_tree, refusal, path, words):
    code_tree[path] = b"x"

    assert words in str(refusal(code_tree))


def test_the_answers_of_a_quiz_are_read_with_their_score(quiz_activity):
    (solution,) = quiz_activity.solutions

    answers, score = read_answers(solution, quiz_activity.questions)

    assert answers == {"one": ("a",), "many": ("a", "b"), "size": ("3.14",), "word": ("SUMMER",)}
    assert score == Decimal(5)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[answers]\nhow_many = "a"', "how_many"),
        (b'[answers]\none = "c"', "“c” is not known here"),
        (b"[answers]\none = 1", "A list of"),
        (b"[answers]\nmany = [1]", "between quotes"),
        (b"points = 3\n[answers]", "not known here"),
        (b"score = -1\n[answers]", "between 0"),
        (b"answers", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_answers_is_named(quiz_tree, refusal, content, words):
    quiz_tree["solutions/wrong_answer/answers.toml"] = content

    mistake = refusal(quiz_tree)

    assert mistake.path == "solutions/wrong_answer/answers.toml"
    assert words in str(mistake)


def test_the_answers_of_a_quiz_are_toml(quiz_tree, refusal):
    quiz_tree["solutions/accepted/answers.json"] = b"{}"

    assert "TOML" in str(refusal(quiz_tree))


@pytest.mark.parametrize(
    ("verdicts", "folder"),
    [
        (("AC",), "accepted"),
        (("TLE", "WA"), "wrong_answer_or_time_limit_exceeded"),
        (("WA", "TLE", "MLE", "RTE", "OLE", "CE"), "rejected"),
        (("IE", "AC"), "accepted_or_internal_error"),
    ],
)
def test_a_folder_says_which_verdicts_agree(verdicts, folder):
    assert folder_of(verdicts) == folder
    assert set(verdicts_of("code", folder)) == set(verdicts)


def test_a_folder_of_another_name_says_nothing():
    assert verdicts_of("code", "wrong_answer_or_late") == ()
