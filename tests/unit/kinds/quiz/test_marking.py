from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from etude.content import ActivityContent, Choice, Question
from etude.kinds import PageInput, PastAnswer, ResultInput
from etude.kinds.quiz.marking import mark, page, results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

CONTENT = ActivityContent(
    slug="quiz",
    kind="quiz",
    title={"en": "Quiz"},
    statement={},
    points=Decimal(4),
    questions=(
        Question(
            id="one",
            type="single",
            text={"fr": "Lequel ?", "en": "Which *one*?"},
            choices=(
                Choice(id="a", text={"": "`a`"}, correct=True, feedback={"en": "Yes."}),
                Choice(id="b", text={"": "<b>"}, feedback={"en": "No: `b`."}),
            ),
            feedback={"en": "It was a."},
        ),
        Question(
            id="some",
            type="multiple",
            text={"": "?"},
            points=Decimal(2),
            choices=(
                Choice(id="a", text={"": "a"}, correct=True),
                Choice(id="b", text={"": "b"}, correct=True),
                Choice(id="c", text={"": "c"}, feedback={"": "Not c."}),
            ),
        ),
        Question(id="pi", type="number", text={"": "?"}, answer=Decimal("3.14"), tolerance=Decimal("0.01")),
    ),
)
RIGHT = {"one": "a", "some": ["a", "b"], "pi": "3,14"}
MIXED = {"one": "b", "some": ["a"]}


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def told(answers: dict[str, Any], **verdict: Any) -> dict[str, Any]:
    return results(
        ResultInput(content=CONTENT, locale="en", document={"answers": answers}, verdict={"locale": "en", **verdict})
    )


def question(shown: dict[str, Any], identity: str) -> dict[str, Any]:
    return next(one for one in shown["questions"] if one["id"] == identity)


def test_a_quiz_with_every_answer_right_is_accepted() -> None:
    marking = mark(CONTENT, {"answers": RIGHT}, "fr")

    assert (marking.status, marking.score, marking.max_score) == ("AC", Decimal(4), Decimal(4))


def test_a_quiz_with_a_fault_keeps_the_points_of_each_question() -> None:
    marking = mark(CONTENT, {"answers": MIXED}, "en")

    assert (marking.status, marking.score) == ("WA", Decimal(1))
    assert marking.details == {
        "locale": "en",
        "points": {"one": "0.00", "some": "1.00", "pi": "0.00"},
        "unanswered_count": 1,
    }


def test_the_feedback_of_what_was_chosen_is_told_at_once() -> None:
    chosen = question(told(MIXED), "one")["choices"][1]

    assert chosen["is_correct"] is False
    assert "<code>b</code>" in chosen["feedback"]


def test_what_would_have_been_right_is_not_told_while_one_may_try_again() -> None:
    shown = told(MIXED)

    assert not shown["reveals"]
    assert question(shown, "one")["choices"][0]["is_correct"] is None
    assert question(shown, "one")["choices"][0]["feedback"] == ""
    assert question(shown, "one")["result"]["feedback"] == ""
    assert question(shown, "pi")["result"]["expected"] == ""


def test_it_is_told_when_nothing_more_can_be_handed_in() -> None:
    shown = told(MIXED, reveal=True)

    assert question(shown, "one")["choices"][0]["is_correct"] is True
    assert "It was a." in question(shown, "one")["result"]["feedback"]
    assert question(shown, "pi")["result"]["expected"] == "3.14"


def test_a_full_score_tells_everything() -> None:
    shown = told(RIGHT)

    assert shown["reveals"]
    assert shown["is_full"]
    assert [one["result"]["state"] for one in shown["questions"]] == ["right", "right", "right"]


def test_a_question_without_an_answer_is_said() -> None:
    shown = told(MIXED)

    assert shown["unanswered_count"] == 1
    assert "You gave no answer" in question(shown, "pi")["result"]["feedback"]
    assert [one["result"]["state"] for one in shown["questions"]] == ["wrong", "partial", "wrong"]


def test_texts_are_in_the_courses_language_and_harmless() -> None:
    shown = page(PageInput(content=CONTENT, locale="fr"))

    assert "Lequel" in question(shown, "one")["text"]
    assert question(shown, "one")["choices"][0]["text"] == "<code>a</code>"
    assert question(shown, "one")["choices"][1]["text"] == "&lt;b&gt;"


def test_a_page_to_fill_shows_the_draft_and_tells_nothing() -> None:
    shown = page(PageInput(content=CONTENT, locale="en", answer={"answers": MIXED}))

    assert shown["marked"] is None
    assert [choice["is_chosen"] for choice in question(shown, "one")["choices"]] == [False, True]
    assert {choice["is_correct"] for one in shown["questions"] for choice in one["choices"]} == {None}
    assert {choice["feedback"] for one in shown["questions"] for choice in one["choices"]} == {""}
    assert all(one["result"] is None for one in shown["questions"])


@pytest.mark.parametrize("takes_answers", [True, False])
def test_a_page_of_results_reveals_when_no_answer_is_taken_any_more(takes_answers: bool) -> None:
    past = PastAnswer(
        id=1,
        attempt=2,
        submitted_at=datetime(2026, 11, 24, tzinfo=UTC),
        url="/submissions/1",
        state="judged",
        status="WA",
        score=Decimal("2.5"),
        max_score=Decimal(10),
        document={"answers": MIXED},
    )

    shown = page(PageInput(content=CONTENT, locale="en", shown=past, takes_answers=takes_answers))

    assert shown["marked"]["attempt"] == 2
    assert shown["marked"]["completed"] is False
    assert shown["reveals"] is not takes_answers
