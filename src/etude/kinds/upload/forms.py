"""The form of a hand-in: files and a note to the teacher."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import MultipleFileField
from wtforms import TextAreaField
from wtforms.validators import Length, ValidationError

from etude.content import Refusal
from etude.kinds import Answer, AnswerForm, IncomingFile
from etude.kinds.upload import checks
from etude.web.i18n import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from wtforms import Field

    from etude.content import ActivityContent, UploadRules

MAX_COMMENT_CHARS = 2_000


class UploadForm(AnswerForm):
    """Files, checked by what they hold, and a note.

    After a successful validation `incoming` has the files as they are to be kept, in a folder of their own. Whoever
    stores them deletes them (`storage.keep_files`); at the latest they go with the form, so keep it until then.
    """

    files = MultipleFileField(_("Your files"))
    comment = TextAreaField(
        _("A note to your teacher"),
        [Length(max=MAX_COMMENT_CHARS, message=_("A note has 2,000 characters at most."))],
        render_kw={"rows": "3"},
    )

    def __init__(self, rules: UploadRules, **values: Any) -> None:  # noqa: ANN401  what WTForms takes
        super().__init__(**values)
        self.rules = rules
        self.incoming: tuple[IncomingFile, ...] = ()
        self._drop_folder: Callable[[], object] = _nothing

    def validate(self, extra_validators: dict[str, object] | None = None) -> bool:
        """Check everything; files that are fine do not wait when something else is wrong."""
        is_valid = bool(super().validate(extra_validators))
        if not is_valid:
            self._drop_folder()
            self.incoming = ()
        return is_valid

    def validate_files(self, field: Field) -> None:
        """Check the files, then write them as they are to be kept; every fault of every file is said at once."""
        files = checks.look_at(field.data or [])
        refusals = checks.find_refusals(self.rules, files)
        if not refusals:
            prepared = list(checks.prepare(files, self._folder()))
            refusals = [item for item in prepared if isinstance(item, Refusal)]
            self.incoming = tuple(item for item in prepared if isinstance(item, IncomingFile))
        if refusals:
            *others, last = [_sentence(refusal) for refusal in refusals]
            field.errors.extend(others)
            raise ValidationError(last)

    def _folder(self) -> Path:
        folder = tempfile.mkdtemp(prefix="etude-hand-in-")
        self._drop_folder = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)


def _nothing() -> None:
    """Stands for the deletion of a folder that was not made."""


def _sentence(refusal: Refusal) -> str:
    reason = translate(refusal.sentence, dict(refusal.values))
    return gettext("“%(name)s”: %(reason)s", name=refusal.name, reason=reason) if refusal.name else reason


def make_form(content: ActivityContent, _locale: str) -> UploadForm:
    """Return the form for an activity's rules."""
    assert content.upload is not None
    return UploadForm(content.upload)


def read_answer(form: UploadForm, _content: ActivityContent) -> Answer:
    """Return what a valid form holds: the note in the document, the files beside it."""
    return Answer(document={"comment": (form.comment.data or "").strip()}, files=form.incoming)
