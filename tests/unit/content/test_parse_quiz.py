from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import parse_activity


def test_every_kind_of_question_is_read(quiz_tree):
    one, many, size, word = parse_activity(quiz_tree).questions

    assert [choice.id for choice in one.choices] == ["a", "b"]
    assert [choice.correct for choice in many.choices] == [True, True, False]
    assert one.choices[1].feedback == {"fr": "Non.", "en": "No."}
    assert (size.answer, size.tolerance) == (Decimal("3.14"), Decimal("0.01"))
    assert word.accepted == {"fr": ("été",), "en": ("summer",)}
    assert (one.points, many.points) == (1, 2)


def test_accepted_texts_may_serve_both_languages(quiz_tree, change):
    tree = change(quiz_tree, '{ fr = ["été"], en = ["summer"] }', '["summer"]')

    assert parse_activity(tree).questions[3].accepted == {"": ("summer",)}


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ('id = "many"', 'id = "one"', "id", "twice"),
        ('id = "one"', 'id = "o n e"', "question[1].id", "Only letters"),
        ('type = "single"', 'type = "singel"', "question[1].type", "Is “single” meant?"),
        ('text = "1", correct = true', 'text = "1"', "question[1].choices", "Exactly one"),
        ('{ text = "2", feedback', '{ text = "2", correct = true, feedback', "question[1].choices", "Exactly one"),
        ('text = "1", correct = true', 'text = "1", corect = true', "question[1].choices[1]", "“correct” meant"),
        ('text = "1", correct = true', 'text = "1", correct = 1', "question[1].choices[1].correct", "true or false"),
        ('{ text = "2", correct = true }, { text = "3", correct = true }, ', "", "question[2].choices", "two choices"),
        ('"2", correct = true }, { text = "3", correct = true }', '"2" }', "question[2].choices", "At least one"),
        ("answer = 3.14", "", "question[3].answer", "missing"),
        ("answer = 3.14", 'answer = "3,14"', "question[3].answer", "A number"),
        ("answer = 3.14", "answer = nan", "question[3].answer", "between"),
        ("tolerance = 0.01", "tolerance = -1", "question[3].tolerance", "between 0"),
        ("answer = 3.14", 'answer = 3.14\naccepted = ["3"]', "question[3]", "“accepted” is not known"),
        ('["summer"]', "[]", "question[4].accepted", "At least one accepted"),
        ('["summer"]', "[3]", "question[4].accepted.en[1]", "between quotes"),
        ('text = "?"', "text = 3", "question[4].text", "for each language"),
    ],
)
def test_a_mistake_in_a_question_is_named_with_its_field(quiz_tree, change, refusal, old, new, field, words):
    mistake = refusal(change(quiz_tree, old, new))

    assert mistake.field.endswith(field)
    assert words in str(mistake)


def test_a_quiz_needs_a_question(quiz_tree, refusal):
    toml = quiz_tree["activity.toml"].decode()
    quiz_tree["activity.toml"] = toml[: toml.index("[[question]]")].encode()

    assert refusal(quiz_tree).field == "question"
