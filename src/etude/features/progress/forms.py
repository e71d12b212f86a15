"""The form of a mark by hand."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import AnyOf, InputRequired, Regexp

from etude.forms import BaseForm


class MarkForm(BaseForm):
    """Whose work is done, or is not."""

    user_id = HiddenField(validators=[InputRequired(), Regexp(r"^[0-9]{1,9}\Z")])
    is_completed = HiddenField(validators=[AnyOf(["yes", "no"])])
