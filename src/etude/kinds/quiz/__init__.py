"""Quizzes: single and multiple choice, numbers and short texts, marked at once."""

from __future__ import annotations

from etude.core.errors import _
from etude.kinds import Kind
from etude.kinds.quiz.forms import make_form, read_answer
from etude.kinds.quiz.marking import mark, page, results

ENTRY = Kind(
    name="quiz",
    label=_("Quiz"),
    template="kinds/quiz/show.html",
    results_template="kinds/quiz/show.html",
    judged_by="at_once",
    make_form=make_form,
    read_answer=read_answer,
    page=page,
    results=results,
    mark=mark,
)
