"""Marking a quiz at once, and what a student is told of it.

What was chosen is told right or wrong, with its feedback, at once. What would have been right, and the explanation of a
question that was not answered rightly, are told only when the question is right or nothing more can be handed in
(`reveal`): otherwise the second attempt would be copying.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup

from etude.content import mark_quiz, pick, pick_text
from etude.grading.verdict import Status
from etude.kinds import Marking
from etude.kinds.quiz.forms import QuizForm, answers_of, field_name
from etude.rules import attributes_of
from etude.web.markdown import render
from etude.web.reviews import show_review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.content import ActivityContent, Choice, Question, QuestionMark
    from etude.kinds import PageInput, PastAnswer, ResultInput
    from etude.web.markdown import Pictures


@dataclass(frozen=True, slots=True)
class Setting:
    """What texts are shown in: the course's language, and the pictures that they may name."""

    locale: str
    pictures: Pictures


RESULT_STATES = ("right", "partial", "wrong")


def mark(content: ActivityContent, document: Mapping[str, Any], locale: str) -> Marking:
    """Return the marking of an answer's document; `locale` is the course's language."""
    marked = mark_quiz(content.questions, answers_of(document), locale)
    return Marking(
        status=(Status.AC if marked.is_full else Status.WA).value,
        score=marked.score,
        max_score=marked.max_score,
        details={
            "locale": locale,
            "points": {one.question_id: str(one.points) for one in marked.questions},
            "unanswered_count": sum(not one.is_answered for one in marked.questions),
        },
    )


def page(asked: PageInput) -> dict[str, Any]:
    """Return `questions` and `marked`: with the marks of the answer that is looked at, or as a form to fill.

    The form is filled with what was just sent, else with the draft.
    """
    if asked.shown is not None:
        reveal = {"locale": asked.locale, "reveal": not asked.takes_answers}
        told = _tell(asked.content, asked.shown.document, {**asked.shown.verdict, **reveal}, asked.pictures)
        return {**told, "marked": _show_marked(asked.shown, told)}
    form = asked.form if isinstance(asked.form, QuizForm) else None
    is_sent = form is not None and form.is_submitted()
    answers = form.given_answers() if form is not None and is_sent else answers_of(asked.answer)
    shown_in = Setting(asked.locale, asked.pictures)
    questions = [_show_question(one, answers.get(one.id, ()), shown_in) for one in asked.content.questions]
    if form is not None:
        for question, shown in zip(asked.content.questions, questions, strict=True):
            field = form.answer_field(question)
            shown["checks"] = attributes_of(field)
            shown["error"] = " ".join(str(error) for error in field.errors) if is_sent else ""
    return {"questions": questions, "marked": None, "unanswered_count": 0, "reveals": False}


def _show_marked(shown: PastAnswer, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the head of the results; `retry_url` is the caller's to fill."""
    return {
        "attempt": shown.attempt,
        "submitted_at": shown.submitted_at,
        "score": shown.score,
        "max_score": shown.max_score,
        "late_note": shown.late_note,
        "review": None
        if shown.review is None
        else show_review(shown.review, max_score=shown.max_score, reviewer=shown.review.reviewer),
        "completed": told["is_full"],
        "retry_url": "",
    }


def results(asked: ResultInput) -> dict[str, Any]:
    """Return `questions` with marks and feedback, `unanswered_count`, `is_full`, and `reveals`.

    The verdict is the marking's details; the caller may add `reveal` (True when the student can hand in nothing more,
    or to a teacher): then the right answers are shown. A full score shows them in any case.
    """
    return _tell(asked.content, asked.document, asked.verdict, asked.pictures)


def _tell(
    content: ActivityContent, answer: Mapping[str, Any], verdict: Mapping[str, Any], pictures: Pictures
) -> dict[str, Any]:
    locale = str(verdict.get("locale") or "en")
    answers = answers_of(answer)
    marked = mark_quiz(content.questions, answers, locale)
    reveal = bool(verdict.get("reveal")) or marked.is_full
    questions = [
        _show_question(question, answers.get(question.id, ()), Setting(locale, pictures), mark=one, reveal=reveal)
        for question, one in zip(content.questions, marked.questions, strict=True)
    ]
    unanswered_count = sum(not one.is_answered for one in marked.questions)
    return {
        "questions": questions,
        "unanswered_count": unanswered_count,
        "reveals": reveal,
        "is_full": marked.is_full,
    }


def _show_question(
    question: Question,
    answer: str | Sequence[str],
    shown_in: Setting,
    *,
    mark: QuestionMark | None = None,
    reveal: bool = False,
) -> dict[str, Any]:
    chosen = {answer} if isinstance(answer, str) else set(answer)
    return {
        "id": question.id,
        "name": field_name(question),
        "type": question.type,
        "text": _prose(question.text, shown_in),
        "points": question.points,
        "value": answer if isinstance(answer, str) else next(iter(answer), ""),
        "error": "",
        "checks": {},
        "choices": [
            _show_choice(
                one, shown_in, is_chosen=one.id in chosen, is_told=mark is not None and (reveal or one.id in chosen)
            )
            for one in question.choices
        ],
        "result": None if mark is None else _show_result(question, mark, shown_in, reveal=reveal),
    }


def _show_choice(choice: Choice, shown_in: Setting, *, is_chosen: bool, is_told: bool) -> dict[str, Any]:
    return {
        "value": choice.id,
        "text": _line(choice.text, shown_in),
        "is_chosen": is_chosen,
        "is_correct": choice.correct if is_told else None,
        "feedback": _prose(choice.feedback, shown_in) if is_told else "",
    }


def _show_result(question: Question, mark: QuestionMark, shown_in: Setting, *, reveal: bool) -> dict[str, Any]:
    state = "right" if mark.is_right else "partial" if mark.points > 0 else "wrong"
    feedback = _prose(question.feedback, shown_in) if mark.is_right or reveal else Markup("")
    if not mark.is_answered:
        feedback = Markup("<p>{}</p>").format(_("You gave no answer to this question.")) + feedback
    return {
        "state": state,
        "score": mark.points,
        "feedback": feedback,
        "expected": _expected(question, shown_in.locale) if reveal and not mark.is_right else "",
        "is_answered": mark.is_answered,
    }


def _expected(question: Question, locale: str) -> str:
    """Return what would have been right: the number, the first accepted text; choices are marked where they stand."""
    if question.type == "number" and question.answer is not None:
        return str(format_decimal(question.answer, "#,##0.##########"))
    return next(iter(pick(question.accepted, locale) or ()), "")


def _prose(texts: Mapping[str, str], shown_in: Setting) -> Markup:
    text = pick_text(texts, shown_in.locale)
    return Markup(render(text, shown_in.pictures)) if text else Markup("")  # noqa: S704  cleaned by nh3


def _line(texts: Mapping[str, str], shown_in: Setting) -> Markup:
    """Return Markdown of one line without its paragraph: it stands inside a label."""
    html = str(_prose(texts, shown_in)).strip()
    inside = html.removeprefix("<p>").removesuffix("</p>")
    return Markup(inside if "<p>" not in inside else html)  # noqa: S704  cleaned by nh3
