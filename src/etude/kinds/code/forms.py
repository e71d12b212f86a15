"""The answer's form of a program: one text per file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, TextAreaField
from wtforms.validators import StopValidation

from etude.grading import languages
from etude.kinds import AnswerForm
from etude.web.judges import languages_at_hand

if TYPE_CHECKING:
    from etude.content import ActivityContent

MAX_FILES = 10
MAX_FILE_BYTES = 256 << 10
MAX_ANSWER_BYTES = 1 << 20


def field_name(index: int) -> str:
    """Return the name of the input that holds the file at this place: `code`, `code_1`, `code_2`…"""
    return "code" if index == 0 else f"code_{index}"


def size_bytes(text: str) -> int:
    """Return how long a text is when it is stored."""
    return len(text.encode("utf-8", "surrogatepass"))


def unify_newlines(text: str | None) -> str:
    """Return a text with the line ends that programs have; browsers send CR LF."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def refuse_long(_form: object, field: Field) -> None:
    """Refuse a file over its cap."""
    if size_bytes(field.data or "") > MAX_FILE_BYTES:
        raise StopValidation(_("This file is longer than 256 KB. Shorten it, and hand in again."))


def _file_field(index: int) -> TextAreaField:
    return TextAreaField(_("Your program"), [refuse_long], filters=[unify_newlines], id=f"code-{index}")


class CodeForm(AnswerForm):
    """A program in one of the activity's languages, in as many files as its starter has."""

    content: ActivityContent
    locale: str
    language = HiddenField()
    code = _file_field(0)
    code_1, code_2, code_3 = _file_field(1), _file_field(2), _file_field(3)
    code_4, code_5, code_6 = _file_field(4), _file_field(5), _file_field(6)
    code_7, code_8, code_9 = _file_field(7), _file_field(8), _file_field(9)

    def validate_language(self, field: Field) -> None:
        """Refuse a language that this activity does not take, or that nothing here can judge."""
        if field.data not in offered(self.content):
            raise StopValidation(_("This activity does not take this language. Choose one of those shown."))

    def validate(self, extra_validators: dict[str, object] | None = None) -> bool:
        """Check each field, then the whole: not empty, not too long together."""
        if not super().validate(extra_validators):
            return False
        texts = self.files().values()
        if sum(size_bytes(text) for text in texts) > MAX_ANSWER_BYTES:
            self.code.errors = [_("The files are longer than 1 MB together. Shorten them.")]
        elif not any(text.strip() for text in texts):
            self.code.errors = [_("There is no program here yet. Write one, then hand it in.")]
        return not self.code.errors

    def files(self) -> dict[str, str]:
        """Return what was typed, by file name."""
        names = file_names(self.content, self.language.data, self.locale)
        return {name: self[field_name(index)].data or "" for index, name in enumerate(names)}


def offered(content: ActivityContent) -> list[str]:
    """Return the languages that the activity takes and the school can judge, in the activity's order."""
    known, at_hand = languages.load(), languages_at_hand()
    return [name for name in content.languages if name in known and name in at_hand]


def file_names(content: ActivityContent, language: str, locale: str) -> list[str]:
    """Return the names of the files of an answer: the starter's, the program first, else the program alone."""
    entry = languages.load()[language]
    starter = content.starter_files(language, locale)
    main = languages.find_main(entry, starter) or entry.source_name
    return [main, *sorted(name for name in starter if name != main)][:MAX_FILES]


def make_form(content: ActivityContent, locale: str) -> CodeForm:
    """Return the form for an activity, bound to the request."""
    form = CodeForm()
    form.content, form.locale = content, locale
    return form
