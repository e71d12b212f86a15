"""Quizzes and hand-ins between content and form."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from etude.content import Choice, Question, UploadRules
from etude.content.model import BOTH, COURSE_LANGUAGES
from etude.features.authoring.code_values import name_all
from etude.features.authoring.common_values import split_list
from etude.features.authoring.fields import read_number
from etude.features.authoring.texts import Values, is_blank, line_of, read_pair, rows_of, show_pair, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content import ActivityContent
    from etude.content.model import QuestionType

MEGA = 1_000_000
BLANK_CHOICES: list[Values] = [{}, {}, {}]
BLANK_QUIZ: Values = {"questions": [{"type": "single", "points": "1", "choices": BLANK_CHOICES}], "hints": [{}]}
"""What the form of a new quiz holds at first."""
BLANK_UPLOAD: Values = {
    "points": "10",
    "extensions": "pdf, png, jpg",
    "max_files": "1",
    "max_file_mb": "10",
    "hints": [{}],
}
"""What the form of a new hand-in holds at first."""
TYPED_OF_CHOICE = ("text_fr", "text_en", "feedback_fr", "feedback_en")
TYPED_OF_QUESTION = (
    "name",
    "text_fr",
    "text_en",
    "answer",
    "accepted",
    "accepted_fr",
    "accepted_en",
    "feedback_fr",
    "feedback_en",
)


def show_quiz(content: ActivityContent) -> Values:
    """Return the values of the fields that only quizzes have."""
    return {"questions": [_show_question(question) for question in content.questions]}


def _show_question(question: Question) -> Values:
    accepted = {language: "\n".join(question.accepted.get(language, ())) for language in (BOTH, *COURSE_LANGUAGES)}
    return {
        "key": question.id,
        "name": question.id,
        "type": question.type,
        "points": f"{question.points:f}",
        **show_pair(question.text, "text"),
        "choices": [
            {**show_pair(choice.text, "text"), "correct": choice.correct, **show_pair(choice.feedback, "feedback")}
            for choice in question.choices
        ],
        "answer": "" if question.answer is None else f"{question.answer:f}",
        "tolerance": f"{question.tolerance:f}" if question.type == "number" else "",
        "accepted": accepted[BOTH],
        "accepted_fr": accepted["fr"],
        "accepted_en": accepted["en"],
        **show_pair(question.feedback, "feedback"),
    }


def prune_quiz(values: Values) -> Values:
    """Return the values without blank rows, and with names where there were none."""
    questions = []
    for row in rows_of(values, "questions"):
        choices = [
            choice
            for choice in rows_of(row, "choices")
            if choice.get("correct") or not is_blank(choice, *TYPED_OF_CHOICE)
        ]
        row["choices"] = choices
        if choices or text_of(row, "key") or not is_blank(row, *TYPED_OF_QUESTION):
            questions.append(row)
    name_all(questions, "q{}")
    return {**values, "questions": questions}


def read_quiz(base: ActivityContent, values: Values) -> ActivityContent:
    """Return the content with what was typed in the fields of quizzes; numbers must be checked before."""
    questions = tuple(_read_question(base, row) for row in rows_of(values, "questions"))
    return replace(base, questions=questions, points=sum((question.points for question in questions), Decimal(0)))


def _read_question(base: ActivityContent, row: Values) -> Question:
    key, kind = text_of(row, "key"), cast("QuestionType", text_of(row, "type"))
    old = next((question for question in base.questions if question.id == key), Question(id="", type=kind, text={}))
    points = read_number(text_of(row, "points"))
    return Question(
        id=line_of(row, "name"),
        type=kind,
        text=read_pair(old.text, row, "text"),
        points=Decimal(1) if points is None else points,
        choices=_read_choices(old, row) if kind in {"single", "multiple"} else (),
        answer=read_number(text_of(row, "answer")) if kind == "number" else None,
        tolerance=(read_number(text_of(row, "tolerance")) or Decimal(0)) if kind == "number" else Decimal(0),
        accepted=_read_accepted(old, row) if kind == "text" else {},
        feedback=read_pair(old.feedback, row, "feedback"),
    )


def _read_choices(old: Question, row: Values) -> tuple[Choice, ...]:
    """Return the choices; one whose texts came back as they were keeps their form."""
    shown = {
        (text_of(v, "text_fr"), text_of(v, "text_en")): c for c in old.choices for v in [show_pair(c.text, "text")]
    }
    choices = []
    for place, typed in enumerate(rows_of(row, "choices")):
        before = shown.get((text_of(typed, "text_fr"), text_of(typed, "text_en")), Choice(id="", text={}))
        choices.append(
            Choice(
                id=chr(ord("a") + place),
                text=read_pair(before.text, typed, "text"),
                correct=bool(typed.get("correct")),
                feedback=read_pair(before.feedback, typed, "feedback"),
            )
        )
    return tuple(choices)


def _read_accepted(old: Question, row: Values) -> Mapping[str, tuple[str, ...]]:
    """Return the accepted answers; those for both languages count in each that has answers of its own."""
    typed = {
        language: _lines(text_of(row, f"accepted_{language}" if language else "accepted"))
        for language in ("", "fr", "en")
    }
    if all(typed[language] == old.accepted.get(language, ()) for language in typed):
        return old.accepted
    if not typed["fr"] and not typed["en"]:
        return {BOTH: typed[BOTH]} if typed[BOTH] else {}
    return {
        language: (*typed[BOTH], *typed[language]) for language in COURSE_LANGUAGES if typed[BOTH] or typed[language]
    }


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def show_upload(content: ActivityContent) -> Values:
    """Return the values of the fields that only hand-ins have."""
    rules = content.upload
    assert rules is not None
    return {
        "points": f"{content.points:f}",
        "extensions": ", ".join(rules.extensions),
        "max_files": str(rules.max_files),
        "max_file_mb": f"{(Decimal(rules.max_file_bytes) / MEGA).normalize():f}",
    }


def read_upload(base: ActivityContent, values: Values) -> ActivityContent:
    """Return the content with what was typed in the fields of hand-ins; numbers must be checked before."""
    size_mb = read_number(text_of(values, "max_file_mb")) or Decimal(1)
    rules = UploadRules(
        extensions=tuple(word.lower().removeprefix(".") for word in split_list(text_of(values, "extensions"))),
        max_files=int(read_number(text_of(values, "max_files")) or 1),
        max_file_bytes=int(size_mb * MEGA),
    )
    return replace(base, upload=rules, points=read_number(text_of(values, "points")) or Decimal(0))
