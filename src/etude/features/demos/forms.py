"""What the scripts of a demonstration send."""

from __future__ import annotations

from wtforms import BooleanField, StringField
from wtforms.validators import AnyOf

from etude.consoles.gate import PACES
from etude.forms import BaseForm


class PaceForm(BaseForm):
    """How fast the class is shown what the program prints."""

    pace = StringField(validators=[AnyOf(list(PACES))])
    is_paused = BooleanField()


class PresenceForm(BaseForm):
    """Whoever shows is there, or leaves the page."""

    is_leaving = BooleanField()


class PlainForm(BaseForm):
    """A button: nothing but the CSRF token."""
