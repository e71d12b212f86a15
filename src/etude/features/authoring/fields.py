"""The fields of the activity form: texts that keep what was typed, numbers typed with a comma or a dot.

Every field is a text (or a box to tick): rows are added, removed and moved by drawing the form again from its own
data, so whatever was typed, right or wrong, must come back as it was.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Regexp, StopValidation

from etude.content.fields import MAX_LINE_LENGTH, MAX_TEXT_LENGTH, with_plain_line_ends

MAX_NAME_CHARS = 64
NAME_PATTERN = r"^([A-Za-z0-9][A-Za-z0-9_\-]*)?$"
CODE_KEYS = {"autocapitalize": "none", "autocorrect": "off", "autocomplete": "off", "spellcheck": "false",
             "translate": "no", "lang": "zxx"}  # fmt: skip
CODE_KEYS_WIDE = {**CODE_KEYS, "class": "code", "wrap": "off"}


def read_number(text: str | None) -> Decimal | None:
    """Return a number typed with a comma or a dot; None for an empty text.

    Raises:
        ValueError: this is no number.
    """
    typed = (text or "").strip().replace(" ", "").replace("\u202f", "").replace("\u00a0", "").replace(",", ".")
    if not typed:
        return None
    if len(typed) > 30 or not typed.isascii():
        raise ValueError(typed)
    try:
        number = Decimal(typed.replace("_", "?"))
    except InvalidOperation as fault:
        raise ValueError(typed) from fault
    if not number.is_finite():
        raise ValueError(typed)
    return number


class NumberIn:
    """Checks that a text is a number between two others, ends included; an empty text is left to other checks."""

    def __init__(self, lowest: Decimal | int | str, highest: Decimal | int, *, whole: bool = False) -> None:
        self.lowest, self.highest, self.whole = Decimal(lowest), Decimal(highest), whole

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse what is no number, or out of bounds, with the sentence for the field."""
        try:
            number = read_number(field.data)
        except ValueError as fault:
            raise StopValidation(self._no_number()) from fault
        if number is None:
            return
        if self.whole and number != number.to_integral_value():
            raise StopValidation(self._no_number())
        if not self.lowest <= number <= self.highest:
            raise StopValidation(self._out_of_bounds())

    def browser_attributes(self) -> dict[str, str]:
        """Return the rule as the page reads it."""
        return {
            "data-number": "whole" if self.whole else "decimal",
            "data-message-number": self._no_number(),
            "data-between": f"{self.lowest:f} {self.highest:f}",
            "data-message-between": self._out_of_bounds(),
        }

    def _no_number(self) -> str:
        return str(gettext("Type a whole number.") if self.whole else gettext("Type a number, such as 2 or 0.5."))

    def _out_of_bounds(self) -> str:
        lowest, highest = f"{self.lowest:f}", f"{self.highest:f}"
        return str(gettext("Type a number from %(lowest)s to %(highest)s.", lowest=lowest, highest=highest))


def line(label: object, *checks: Any, description: object = "", **render: Any) -> StringField:  # noqa: ANN401
    """Return a field for one line of text."""
    return StringField(label, [*checks, Length(max=MAX_LINE_LENGTH)], description=description, render_kw=render or None)


def name(label: object, description: object = "") -> StringField:
    """Return a field for a short name of a row; left empty, a name is found."""
    check = Regexp(NAME_PATTERN, message=_("A name is made of letters without accents, digits, “-” and “_”."))
    keys = {**CODE_KEYS, "maxlength": MAX_NAME_CHARS}
    return StringField(label, [check, Length(max=MAX_NAME_CHARS)], description=description, render_kw=keys)


def number(label: object, check: NumberIn, *checks: Any, description: object = "") -> StringField:  # noqa: ANN401
    """Return a field for a number."""
    keys = {"inputmode": "numeric" if check.whole else "decimal", "autocomplete": "off", "size": 8}
    return StringField(label, [*checks, check], description=description, render_kw=keys)


def prose(label: object, *checks: Any, rows: int = 3, description: object = "") -> TextAreaField:  # noqa: ANN401
    """Return a field for text in several lines."""
    return TextAreaField(
        label,
        [*checks, Length(max=MAX_TEXT_LENGTH)],
        filters=[plain_lines],
        description=description,
        render_kw={"rows": rows},
    )


def code(label: object, *, rows: int = 3, description: object = "") -> TextAreaField:
    """Return a field for a program, an input or an output: shown as code, never corrected."""
    return TextAreaField(
        label,
        [Length(max=MAX_TEXT_LENGTH)],
        filters=[plain_lines],
        description=description,
        render_kw={**CODE_KEYS_WIDE, "rows": rows},
    )


def row_key() -> HiddenField:
    """Return the hidden field that names what a row was in the version that the form began from; empty when new."""
    return HiddenField("", default="")


def plain_lines(text: str | None) -> str:
    """Return a text with LF between its lines; browsers send CR LF."""
    return with_plain_line_ends(text or "")
