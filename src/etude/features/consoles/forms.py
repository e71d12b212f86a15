"""The forms beside a student's live console."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from etude.forms import BaseForm
from etude.models.watching.hint import MAX_CHARS

REASON_CHARS = 200


class HintForm(BaseForm):
    """A hint that appears in the student's page."""

    text = TextAreaField(
        _("Hint"),
        [InputRequired(_("Type the hint.")), Length(max=MAX_CHARS)],
        description=_(
            "Appears in the student’s page at once, with your name, and stays until the student puts it away."
        ),
        render_kw={"rows": 3},
    )

    def hint(self) -> str:
        """Return what was typed."""
        return str(self.text.data).strip()


class StopForm(BaseForm):
    """Why a program is stopped."""

    reason = StringField(
        _("Reason"), [Optional(), Length(max=REASON_CHARS)], description=_("The student reads it, with your name.")
    )

    def why(self) -> str:
        """Return what was typed; empty for nothing."""
        return self.reason.data or ""


class PlainForm(BaseForm):
    """A button: nothing but the CSRF token."""
