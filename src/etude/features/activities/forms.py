"""The forms of the activity page besides the kinds' own: drafts and runs come as JSON, with the same checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _
from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation

from etude.forms import NUL, BaseForm
from etude.models.submission.drafts import DraftText

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FILES = 100
MAX_FILE_BYTES = 256 << 10
MAX_TEXT_BYTES = 1 << 20
MAX_STDIN_BYTES = 64 << 10
MAX_NAME_CHARS = 255
MAX_WINDOW = 500
VERSION_LIMIT = (1 << 31) - 1


def _size_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _is_unstorable(text: str) -> bool:
    return NUL in text or any("\ud800" <= character <= "\udfff" for character in text)


class FilesField(Field):  # type: ignore[misc]  # WTForms has no types
    """Texts by file name, as JSON sends them."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the texts as they are; what is no such thing is refused."""
        if not valuelist:
            return
        files = valuelist[0]
        if not isinstance(files, dict) or not all(
            isinstance(name, str) and isinstance(text, str) for name, text in files.items()
        ):
            raise ValueError(_("This is not a set of files."))
        self.data = {name: text.replace("\r\n", "\n") for name, text in files.items()}

    def pre_validate(self, _form: object) -> None:
        """Refuse what is too long or cannot be stored."""
        files = self.data or {}
        if not files or len(files) > MAX_FILES or any(not 0 < len(name) <= MAX_NAME_CHARS for name in files):
            raise StopValidation(_("This is not a set of files."))
        if any(_is_unstorable(name) or _is_unstorable(text) for name, text in files.items()):
            raise StopValidation(_("This text contains a character that cannot be stored. Type it again by hand."))
        sizes = [_size_bytes(text) for text in files.values()]
        if max(sizes) > MAX_FILE_BYTES:
            raise StopValidation(_("A file is longer than 256 KB."))
        if sum(sizes) > MAX_TEXT_BYTES:
            raise StopValidation(_("The files are longer than 1 MB together."))


class TextForm(BaseForm):
    """What stands in the editor."""

    files = FilesField()
    language = StringField(validators=[Length(max=32)])

    def text(self) -> DraftText:
        """Return the texts of a valid form."""
        return DraftText(language=self.language.data or "", files=self.files.data)


class DraftForm(TextForm):
    """A draft to be saved over the version it was typed on."""

    base_version = IntegerField(validators=[NumberRange(0, VERSION_LIMIT)])  # InputRequired takes 0 for nothing


def _refuse_long_input(_form: object, field: Field) -> None:
    if _size_bytes(field.data or "") > MAX_STDIN_BYTES:
        raise StopValidation(_("The input is longer than 64 KB."))


class RunForm(TextForm):
    """A program to be run with typed input."""

    stdin = StringField(validators=[_refuse_long_input])


class InputFilesField(FilesField):
    """Texts that stand beside a program while it runs; there need be none. Their names: see program_inputs."""

    def pre_validate(self, _form: object) -> None:
        """Refuse what cannot be stored."""
        if any(_is_unstorable(text) for text in (self.data or {}).values()):
            raise StopValidation(_("This text contains a character that cannot be stored. Type it again by hand."))


class ConsoleForm(TextForm):
    """A program to be run in a console, what it is given, and the size of its window."""

    arguments = TextAreaField()
    input_files = InputFilesField()
    rows = IntegerField(validators=[NumberRange(1, MAX_WINDOW)])
    columns = IntegerField(validators=[NumberRange(1, MAX_WINDOW)])


class TypedForm(BaseForm):
    """What was typed into a console, as it is: control characters, spaces and all."""

    text = TextAreaField(validators=[_refuse_long_input])


class WindowForm(BaseForm):
    """The size that a console's window has now."""

    rows = IntegerField(validators=[NumberRange(1, MAX_WINDOW)])
    columns = IntegerField(validators=[NumberRange(1, MAX_WINDOW)])


class RestoreForm(BaseForm):
    """Which earlier state of the draft to go back to."""

    version = IntegerField(validators=[InputRequired(_("Choose a version.")), NumberRange(1, VERSION_LIMIT)])


class PlainForm(BaseForm):
    """A button: nothing but the CSRF token."""
