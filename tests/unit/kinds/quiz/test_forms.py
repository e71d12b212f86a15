from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from etude.content import ActivityContent, Choice, Question
from etude.kinds import kinds
from etude.kinds.quiz.forms import QuizForm, answers_of, make_form, read_answer

if TYPE_CHECKING:
    from flask import Flask

CHOICES = tuple(Choice(id=letter, text={"": letter}, correct=letter != "c") for letter in "abc")
CONTENT = ActivityContent(
    slug="quiz",
    kind="quiz",
    title={"en": "Quiz"},
    statement={},
    points=Decimal(4),
    questions=(
        Question(id="one", type="single", text={"": "?"}, choices=CHOICES),
        Question(id="some", type="multiple", text={"": "?"}, choices=CHOICES),
        Question(id="pi", type="number", text={"": "?"}, answer=Decimal("3.14"), tolerance=Decimal("0.01")),
        Question(id="word", type="text", text={"": "?"}, accepted={"": ("elif",)}),
    ),
)
ALL = {"answer-one": "a", "answer-some": ["a", "b"], "answer-pi": "3,14", "answer-word": " elif "}


def form_with(app: Flask, values: dict[str, object], locale: str = "fr") -> QuizForm:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/", method="POST", data={"once": "0123456789", **values}):
        form = make_form(CONTENT, locale)
        form.validate()
        return form


def test_answers_are_read_question_by_question(app: Flask) -> None:
    form = form_with(app, ALL)

    assert not form.errors
    assert read_answer(form, CONTENT).document == {
        "answers": {"one": "a", "some": ["a", "b"], "pi": "3,14", "word": "elif"}
    }


def test_a_question_may_stay_without_an_answer(app: Flask) -> None:
    form = form_with(app, {"answer-pi": "  ", "answer-one": "b"})

    assert not form.errors
    assert form.given_answers() == {"one": "b"}


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("typed", ["3,14", "3.14", "-1", "−1", "1 000", "1\u00a0000,5", ".5", "1e3"])
def test_a_number_may_have_a_comma_or_a_point(app: Flask, typed: str, locale: str) -> None:
    assert not form_with(app, {"answer-pi": typed}, locale).errors


@pytest.mark.parametrize("typed", ["three", "3..14", "NaN", "inf", "1e999", "0x10"])
def test_what_is_no_number_is_said_and_everything_is_kept(app: Flask, typed: str) -> None:
    form = form_with(app, {**ALL, "answer-pi": typed})

    assert form.errors == {"answer-pi": ["This is not a number. Write digits only, e.g. 3.14 or 3,14."]}
    assert form.given_answers() == {"one": "a", "some": ["a", "b"], "pi": typed, "word": "elif"}


@pytest.mark.parametrize("values", [{"answer-one": "z"}, {"answer-some": ["a", "z"]}])
def test_a_choice_that_was_not_offered_is_refused(app: Flask, values: dict[str, object]) -> None:
    form = form_with(app, values)

    assert list(form.errors.values()) == [["This choice is not one of those offered. Reload the page."]]


@pytest.mark.parametrize("name", ["answer-word", "answer-pi"])
def test_an_endless_answer_is_refused(app: Flask, name: str) -> None:
    assert name in form_with(app, {name: "1" * 501}).errors


def test_a_character_that_cannot_be_stored_is_refused(app: Flask) -> None:
    assert "answer-word" in form_with(app, {"answer-word": "a\x00b"}).errors


@pytest.mark.parametrize(
    ("document", "answers"),
    [
        (None, {}),
        ({}, {}),
        ({"answers": {"one": "a", "some": ["a", 1]}}, {"one": "a", "some": ["a", "1"]}),
        ({"files": {"answer-one": "a"}}, {"one": "a"}),
        ({"files": {"one": {"deep": 1}, "two": None}}, {}),
        ({"answers": ["a"]}, {}),
    ],
)
def test_answers_are_found_in_a_document_or_a_draft_of_any_shape(document: object, answers: object) -> None:
    assert answers_of(document) == answers


def test_the_entry_is_marked_at_once() -> None:
    entry = kinds.load()["quiz"]

    assert entry.judged_by == "at_once"
    assert entry.mark is not None
