from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etude.content import Choice, Question, mark_quiz
from etude.content.quiz import mark_question, normalize_text, parse_number, round_points


def choice_question(kind: str, pattern: str, points: str = "1") -> Question:
    choices = tuple(Choice(id="abcdefgh"[i], text={"": "?"}, correct=mark == "+") for i, mark in enumerate(pattern))
    return Question(id="q", type=kind, text={"": "?"}, points=Decimal(points), choices=choices)


def number_question(answer: str, tolerance: str = "0") -> Question:
    return Question(id="q", type="number", text={}, answer=Decimal(answer), tolerance=Decimal(tolerance))


@pytest.mark.parametrize(("answer", "points"), [("a", 0), ("b", 1), (["b"], 1), (["a", "b"], 0), ([], 0), ("z", 0)])
def test_a_single_choice_earns_all_or_nothing(answer, points):
    assert mark_question(choice_question("single", "-+-"), answer, "en").points == points


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        (["a", "b", "c"], "2.00"),
        (["a", "b"], "1.33"),
        (["a"], "0.67"),
        (["a", "b", "d"], "0.67"),
        (["a", "d"], "0.00"),
        (["d", "e"], "0.00"),
        (["a", "b", "c", "d", "e"], "0.67"),
        ([], "0.00"),
        (["a", "a", "a"], "0.67"),
    ],
)
def test_several_choices_earn_right_minus_wrong_never_below_zero(answer, points):
    mark = mark_question(choice_question("multiple", "+++--", "2"), answer, "en")

    assert mark.points == Decimal(points)
    assert mark.is_right == (points == "2.00")


@given(st.text("+-", min_size=1, max_size=8).filter(lambda text: "+" in text), st.sets(st.sampled_from("abcdefgh")))
def test_points_of_choices_always_lie_between_nothing_and_all(pattern, answer):
    mark = mark_question(choice_question("multiple", pattern, "3.33"), sorted(answer), "fr")

    assert 0 <= mark.points <= mark.max_points


@pytest.mark.parametrize(
    ("typed", "language", "number"),
    [
        ("3.14", "en", "3.14"),
        ("3,14", "fr", "3.14"),
        ("3,14", "en", "3.14"),
        (" 1 234,5 ", "fr", "1234.5"),
        ("1\u202f234,5", "fr", "1234.5"),
        ("1\u00a0234", "fr", "1234"),
        ("1,234", "en", "1234"),
        ("1,234", "fr", "1.234"),
        ("0,125", "en", "0.125"),
        ("1,234,567.5", "en", "1234567.5"),
        ("−3", "fr", "-3"),
        ("+7", "fr", "7"),
        (".5", "en", "0.5"),
        ("5.", "en", "5"),
        ("1e3", "en", "1000"),
        ("12", "fr", "12"),
        ("１２", "fr", "12"),  # noqa: RUF001
    ],
)
def test_numbers_are_read_as_people_type_them(typed, language, number):
    assert parse_number(typed, language) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "abc",
        "1,2,3",
        "1.2.3",
        "1.234,5",
        "--1",
        "nan",
        "inf",
        "1e999999999",
        "0x10",
        "1_000",
        "٣",
        "1" * 40,
        "½",
        "-",
    ],
)
def test_what_is_no_number_is_none(typed):
    assert parse_number(typed, "fr") is None


@given(st.text(max_size=30), st.sampled_from(["fr", "en"]))
def test_no_text_makes_the_marking_fail(typed, language):
    mark_question(number_question("1", "0.5"), typed, language)
    mark_question(Question(id="q", type="text", text={}, accepted={"": ("x",)}), typed, language)


@pytest.mark.parametrize(("typed", "points"), [("3.13", 1), ("3.15", 1), ("3.1301", 1), ("3.129", 0), ("3,151", 0)])
def test_a_number_may_miss_by_the_tolerance_ends_included(typed, points):
    assert mark_question(number_question("3.14", "0.01"), typed, "fr").points == points


@pytest.mark.parametrize("typed", ["été", " ÉTÉ ", "e\u0301te\u0301", "Été\u00a0", "l’été", "L'ÉTÉ", "l’été\t"])
def test_a_text_is_compared_without_capitals_outer_spaces_and_forms(typed):
    question = Question(id="q", type="text", text={}, accepted={"fr": ("été", "l'été"), "en": ("summer",)})

    assert mark_question(question, typed, "fr").is_right
    assert not mark_question(question, typed, "en").is_right


def test_an_accent_counts():
    question = Question(id="q", type="text", text={}, accepted={"": ("été",)})

    assert not mark_question(question, "ete", "fr").is_right


@given(st.text())
def test_normalizing_a_text_twice_changes_nothing_more(text):
    assert normalize_text(normalize_text(text)) == normalize_text(text)


@pytest.mark.parametrize(("points", "rounded"), [("0.005", "0.01"), ("1.665", "1.67"), ("0.0049", "0.00"), ("2", "2")])
def test_points_are_rounded_half_up(points, rounded):
    assert round_points(Decimal(points)) == Decimal(rounded)


def test_a_quiz_adds_up_its_questions_and_ignores_answers_to_none(quiz_activity):
    answers = {"one": "a", "many": ["a"], "size": "3,145", "word": "été", "ghost": "x"}

    mark = mark_quiz(quiz_activity.questions, answers, "fr")

    assert (mark.score, mark.max_score, mark.is_full) == (Decimal("4.00"), Decimal(5), False)
    assert [question.is_right for question in mark.questions] == [True, False, True, True]
    assert mark.questions[1].chosen == ("a",)
    assert mark.questions[3].typed == "été"


def test_an_unanswered_question_earns_nothing_and_says_so(quiz_activity):
    mark = mark_quiz(quiz_activity.questions, {}, "en")

    assert mark.score == 0
    assert not any(question.is_answered for question in mark.questions)
