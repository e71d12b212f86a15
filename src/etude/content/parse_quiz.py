"""Reading the questions of a quiz from ``[[question]]`` tables."""

from __future__ import annotations

import string
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from etude.content.errors import mark as _
from etude.content.model import BOTH, Choice, Question, QuestionType
from etude.content.names import PLAIN_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content.fields import Table

QUESTION_TYPES = ("single", "multiple", "number", "text")
MAX_QUESTIONS = 200
MAX_CHOICES = len(string.ascii_lowercase)
MAX_NUMBER = Decimal("1e15")


def read_questions(root: Table) -> tuple[Question, ...]:
    """All questions in their order. Raises ContentError for the first mistake."""
    questions: dict[str, Question] = {}
    for table in root.tables("question", most=MAX_QUESTIONS):
        question = _read_question(table)
        if question.id in questions:
            raise table.error("id", _("This name stands here twice."))
        questions[question.id] = question
    if not questions:
        raise root.error("question", _("A quiz needs at least one question."))
    return tuple(questions.values())


def _read_question(table: Table) -> Question:
    identity = table.matching("id", PLAIN_NAME, _("Only letters, digits, “-” and “_” can stand in this name."))
    kind = cast("QuestionType", table.word("type", QUESTION_TYPES))
    question = Question(
        id=identity,
        type=kind,
        text=table.localized("text"),
        points=table.points("points", Decimal(1)),
        choices=_read_choices(table, kind) if kind in {"single", "multiple"} else (),
        answer=table.number("answer", lowest=-MAX_NUMBER, highest=MAX_NUMBER) if kind == "number" else None,
        tolerance=_read_tolerance(table) if kind == "number" else Decimal(0),
        accepted=_read_accepted(table) if kind == "text" else {},
        feedback=table.localized("feedback", required=False),
    )
    table.finish()
    return question


def _read_tolerance(table: Table) -> Decimal:
    return table.number("tolerance", Decimal(0), lowest=Decimal(0), highest=MAX_NUMBER)


def _read_choices(table: Table, kind: QuestionType) -> tuple[Choice, ...]:
    choices: list[Choice] = []
    for letter, item in zip(string.ascii_lowercase, table.tables("choices", most=MAX_CHOICES), strict=False):
        choices.append(
            Choice(
                id=letter,
                text=item.localized("text"),
                correct=item.flag("correct"),
                feedback=item.localized("feedback", required=False),
            )
        )
        item.finish()
    right = sum(choice.correct for choice in choices)
    if len(choices) < 2:
        raise table.error("choices", _("A question of this type needs two choices or more."))
    if kind == "single" and right != 1:
        raise table.error("choices", _("Exactly one choice must be correct."))
    if right == 0:
        raise table.error("choices", _("At least one choice must be correct."))
    return tuple(choices)


def _read_accepted(table: Table) -> Mapping[str, tuple[str, ...]]:
    """The accepted texts: a list for both languages, or a list for each."""
    if isinstance(table.value("accepted"), list):
        accepted = {BOTH: table.texts("accepted")}
    else:
        by_language = table.table("accepted")
        accepted = {language: by_language.texts(language) for language in ("fr", "en") if by_language.has(language)}
        by_language.finish()
    if not accepted or not all(accepted.values()):
        raise table.error("accepted", _("At least one accepted text must stand here."))
    return accepted
