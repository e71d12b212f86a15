"""Marking a quiz: pure functions from questions and answers to points.

An answer is the ids of the choices taken (single, multiple) or what was typed (number, text). Points are rounded half
up to 0.01 for each question, and the score is their sum.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, TypeAlias

from etude.content.model import pick

if TYPE_CHECKING:
    from etude.content.model import Question

Answer: TypeAlias = str | Sequence[str]
Answers: TypeAlias = Mapping[str, Answer]

MAX_TYPED_LENGTH = 1_000  # characters of a typed answer that are looked at

_CENT = Decimal("0.01")
_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?")
_ENGLISH_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "`": "'"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMark:
    """What one question earned. chosen: the ids of the choices taken, in the order of the question; typed: the text."""

    question_id: str
    points: Decimal
    max_points: Decimal
    is_answered: bool
    chosen: tuple[str, ...] = ()
    typed: str = ""

    @property
    def is_right(self) -> bool:
        """Whether it was answered and earned everything."""
        return self.is_answered and self.points == self.max_points


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizMark:
    """What a whole quiz earned, question by question in order."""

    score: Decimal
    max_score: Decimal
    questions: tuple[QuestionMark, ...]

    @property
    def is_full(self) -> bool:
        """Whether every point was earned."""
        return self.score == self.max_score


def mark_quiz(questions: Sequence[Question], answers: Answers, course_language: str) -> QuizMark:
    """Mark every question; one without an answer earns 0. Answers to questions that do not exist count for nothing."""
    marks = tuple(mark_question(question, answers.get(question.id, ()), course_language) for question in questions)
    return QuizMark(
        score=sum((mark.points for mark in marks), Decimal(0)),
        max_score=sum((mark.max_points for mark in marks), Decimal(0)),
        questions=marks,
    )


def mark_question(question: Question, answer: Answer, course_language: str) -> QuestionMark:
    """Mark one question. Never raises for what was answered: what cannot be read earns 0."""
    if question.type in {"single", "multiple"}:
        return _mark_choices(question, answer)
    typed = (answer if isinstance(answer, str) else next(iter(answer), ""))[:MAX_TYPED_LENGTH]
    if question.type == "number":
        share = is_right_number(question, typed, course_language)
    else:
        share = is_accepted_text(question, typed, course_language)
    return QuestionMark(
        question_id=question.id,
        points=round_points(question.points * share),
        max_points=question.points,
        is_answered=bool(typed.strip()),
        typed=typed,
    )


def round_points(points: Decimal) -> Decimal:
    """Points in hundredths, halves up."""
    return points.quantize(_CENT, ROUND_HALF_UP)


def is_right_number(question: Question, typed: str, course_language: str) -> bool:
    """Whether a typed number lies within the tolerance, ends included."""
    number = parse_number(typed, course_language)
    return number is not None and question.answer is not None and abs(number - question.answer) <= question.tolerance


def is_accepted_text(question: Question, typed: str, course_language: str) -> bool:
    """Whether a typed text is one of the accepted ones, capitals, spaces and forms of accents aside."""
    given = normalize_text(typed)
    return bool(given) and any(given == normalize_text(text) for text in pick(question.accepted, course_language) or ())


def parse_number(typed: str, course_language: str) -> Decimal | None:
    """The number that a person typed, None if it is none.

    Spaces between digits are passed over, no-break ones too; the decimal sign is a comma or a point. In an English
    course, ``1,234`` is one thousand two hundred and thirty-four; in a French one it is a little more than one.
    """
    text = "".join(unicodedata.normalize("NFKC", typed).split()).replace("−", "-").replace("'", "").replace("’", "")
    if course_language == "en" and _ENGLISH_THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if not text.isascii() or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


def normalize_text(text: str) -> str:
    """A short text as it is compared: NFC, casefolded, runs of spaces made one, one form of apostrophe."""
    words = unicodedata.normalize("NFC", text).translate(_APOSTROPHES).split()
    return unicodedata.normalize("NFC", " ".join(words).casefold())


def _mark_choices(question: Question, answer: Answer) -> QuestionMark:
    """max(0, right taken − wrong taken) of the right ones; with one right choice only, taking two earns nothing."""
    taken = {answer} if isinstance(answer, str) else set(answer)
    chosen = tuple(choice for choice in question.choices if choice.id in taken)
    right = sum(choice.correct for choice in question.choices)
    balance = sum(1 if choice.correct else -1 for choice in chosen)
    share = Decimal(max(0, balance)) / right if right else Decimal(0)
    return QuestionMark(
        question_id=question.id,
        points=round_points(question.points * share),
        max_points=question.points,
        is_answered=bool(chosen),
        chosen=tuple(choice.id for choice in chosen),
    )
