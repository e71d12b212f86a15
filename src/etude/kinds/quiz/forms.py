"""The form of a quiz, made from its questions; no answer is required, what was answered is kept whatever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import Length, ValidationError

from etude.content.quiz import MAX_TYPED_LENGTH, parse_number
from etude.kinds import Answer, AnswerForm
from etude.rules import written_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wtforms import Field

    from etude.content import ActivityContent, Question

MAX_TYPED_CHARS = 500
"""Also the `maxlength` of the template's input; content marks `MAX_TYPED_LENGTH` characters, which is more."""

assert MAX_TYPED_CHARS <= MAX_TYPED_LENGTH


_NO_NUMBER = _("This is not a number. Write digits only, e.g. 3.14 or 3,14.")


class QuizForm(AnswerForm):
    """What every quiz has; `make_form` adds a field for each question."""

    questions: tuple[Question, ...] = ()

    def answer_field(self, question: Question) -> Field:
        """Return the field of a question."""
        return self[field_name(question)]

    def given_answers(self) -> dict[str, str | list[str]]:
        """Return what was answered by question; a question without an answer has no entry."""
        given = {question.id: _given(self.answer_field(question)) for question in self.questions}
        return {identity: answer for identity, answer in given.items() if answer}


def _given(field: Field) -> str | list[str]:
    data = field.data
    if isinstance(data, list):
        return [str(choice) for choice in data]
    return str(data or "").strip()


def field_name(question: Question) -> str:
    """Return the name of a question's inputs; the prefix keeps it apart from the form's own fields."""
    return f"answer-{question.id}"


def _refuse_unknown_choice(_form: QuizForm, field: Field) -> None:
    known = {choice.value for choice in field.choices}
    given = field.data if isinstance(field.data, list) else [field.data] if field.data else []
    if not known.issuperset(given):
        raise ValidationError(_("This choice is not one of those offered. Reload the page."))


class _Number:
    """Refuse what is not a number as people write it in the course's language: 3,14 or 3.14, 1 000, −2."""

    def __init__(self, course_language: str) -> None:
        self._course_language = course_language

    def __call__(self, _form: QuizForm, field: Field) -> None:
        typed = (field.data or "").strip()
        if typed and parse_number(typed, self._course_language) is None:
            raise ValidationError(_NO_NUMBER)

    def browser_attributes(self) -> dict[str, str]:
        """Return the rule as the page reads it."""
        return written_number(_NO_NUMBER, self._course_language)


def _make_field(question: Question, course_language: str) -> Field:
    choices = [SelectChoice(choice.id, choice.id) for choice in question.choices]
    if question.type == "single":
        return RadioField(choices=choices, validate_choice=False, validators=[_refuse_unknown_choice])
    if question.type == "multiple":
        return SelectMultipleField(choices=choices, validate_choice=False, validators=[_refuse_unknown_choice])
    too_long = _("An answer has %(maximum)s characters at most.", maximum=MAX_TYPED_CHARS)
    validators: list[object] = [Length(max=MAX_TYPED_CHARS, message=too_long)]
    if question.type == "number":
        validators.append(_Number(course_language))
    return StringField(validators=validators)


def make_form(content: ActivityContent, locale: str) -> QuizForm:
    """Return the form of a quiz; `locale` is the course's language, in which numbers are read."""
    fields: dict[str, object] = {field_name(one): _make_field(one, locale) for one in content.questions}
    form_class = type("QuizFormOfActivity", (QuizForm,), {**fields, "questions": content.questions})
    return cast("QuizForm", form_class())


def read_answer(form: QuizForm, _content: ActivityContent) -> Answer:
    """Return the answers of a valid form."""
    return Answer(document={"answers": form.given_answers()})


def answers_of(document: Mapping[str, object] | None) -> dict[str, str | list[str]]:
    """Return the answers in a submission's document or a draft; a draft keeps them under `files`, by input or question.

    What has another shape is passed over: a draft is whatever a browser sent.
    """
    found = (document or {}).get("answers") or (document or {}).get("files")
    answers: dict[str, str | list[str]] = {}
    for name, value in found.items() if isinstance(found, dict) else ():
        identity = str(name).removeprefix("answer-")
        if isinstance(value, str):
            answers[identity] = value
        elif isinstance(value, list):
            answers[identity] = [str(item) for item in value]
    return answers
