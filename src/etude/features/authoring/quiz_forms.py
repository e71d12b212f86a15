"""The forms of quizzes and hand-ins."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, FormField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from etude.content.parse_quiz import MAX_CHOICES, MAX_QUESTIONS
from etude.content.uploads import MAX_FILE_BYTES, MAX_FILES, TYPE_OF_EXTENSION
from etude.features.authoring import fields
from etude.features.authoring.fields import NumberIn
from etude.features.authoring.forms import ActivityForm
from etude.forms import SubForm

TYPE_LABELS = {
    "single": _("one right choice"),
    "multiple": _("several right choices"),
    "number": _("a number"),
    "text": _("a short text"),
}


class ChoiceRow(SubForm):
    """One choice of a question."""

    text_fr = fields.line(_("Choice in French"), lang="fr")
    text_en = fields.line(_("Choice in English"), lang="en")
    correct = BooleanField(_("This choice is right"))
    feedback_fr = fields.line(_("Feedback in French"), lang="fr")
    feedback_en = fields.line(_("Feedback in English"), lang="en")


class QuestionRow(SubForm):
    """One question."""

    key = fields.row_key()
    name = fields.name(_("Name"))
    type = SelectField(_("Answer"), choices=[SelectChoice(*pair) for pair in TYPE_LABELS.items()], default="single")
    points = fields.number(_("Points"), NumberIn(0, 10_000))
    text_fr = fields.prose(_("Question in French"))
    text_en = fields.prose(_("Question in English"))
    choices = FieldList(FormField(ChoiceRow), _("Choices"), max_entries=MAX_CHOICES)
    answer = fields.number(_("Right number"), NumberIn(-(10**15), 10**15))
    tolerance = fields.number(_("Tolerance"), NumberIn(0, 10**15), description=_("0 takes the exact number only."))
    accepted = fields.prose(
        _("Accepted answers"), description=_("One a line. Capitals and spaces around do not count.")
    )
    accepted_fr = fields.prose(_("Accepted answers in French courses"), rows=2)
    accepted_en = fields.prose(_("Accepted answers in English courses"), rows=2)
    feedback_fr = fields.prose(_("Feedback in French"), rows=2)
    feedback_en = fields.prose(_("Feedback in English"), rows=2)


class QuizForm(ActivityForm):
    """A quiz."""

    questions = FieldList(FormField(QuestionRow), _("Questions"), max_entries=MAX_QUESTIONS)

    def row_choices(self) -> dict[str, Any]:
        """Return the words for what a solution may be expected to get, by folder."""
        return {"accepted": _("earns every point"), "wrong_answer": _("does not earn every point")}


class UploadForm(ActivityForm):
    """A hand-in."""

    points = fields.number(_("Points"), NumberIn(0, 10_000), DataRequired(_("Type a number.")))
    extensions = fields.line(
        _("Sorts of files"),
        DataRequired(_("Type at least one, such as pdf.")),
        description=_("Extensions with commas between them, such as pdf, png, docx."),
        **fields.CODE_KEYS,
    )
    max_files = fields.number(_("Most files"), NumberIn(1, MAX_FILES, whole=True), DataRequired(_("Type a number.")))
    max_file_mb = fields.number(
        _("Largest file, in MB"), NumberIn("0.001", MAX_FILE_BYTES // 1_000_000), DataRequired(_("Type a number."))
    )

    def row_choices(self) -> dict[str, Any]:
        """Return the words for what a hand-in may be expected to get, by folder."""
        return {"allowed": _("is taken"), "refused": _("is refused")}

    def known_extensions(self) -> str:
        """Return every extension that may be typed, for the help of the field."""
        return ", ".join(sorted(TYPE_OF_EXTENSION))
