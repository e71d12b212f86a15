"""The base of every form: one declaration gives the server's check and the attributes of the browser's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import DataRequired, InputRequired, Regexp, StopValidation

if TYPE_CHECKING:
    from collections.abc import Mapping

NUL = "\x00"


def _html_pattern(pattern: str) -> str:
    """Return a Python pattern as the HTML attribute wants it: without anchors."""
    return pattern.removeprefix("^").removesuffix("$").removesuffix("\\Z")


def refuse_unstorable(_form: object, field: Field) -> None:
    """Refuse text that no database or terminal can hold: NUL and lone surrogates."""
    text = field.data
    if isinstance(text, str) and (NUL in text or any("\ud800" <= c <= "\udfff" for c in text)):
        raise StopValidation(_("This text contains a character that cannot be stored. Type it again by hand."))


class BaseForm(FlaskForm):
    """A form whose text fields are stripped of spaces around, refuse unstorable characters, and say so to browsers.

    WTForms prints `required`, `minlength`, `maxlength`, `min` and `max` by itself, not `pattern` for `Regexp`: it is
    added here. Fields with errors are marked for screen readers by `components/field.html`.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Binds fields so that each gets the checks and attributes every field has."""

        def bind_field(self, form: BaseForm, unbound_field: Any, options: Mapping[str, Any]) -> Field:  # noqa: ANN401
            """Bind a field and add `pattern` and the check for unstorable characters."""
            field = unbound_field.bind(form=form, **options)
            field.validators = [refuse_unstorable, *field.validators]
            added: dict[str, Any] = {}
            for validator in field.validators:
                if isinstance(validator, Regexp):
                    added.setdefault("pattern", _html_pattern(validator.regex.pattern))
            field.render_kw = {**added, **(field.render_kw or {})}
            return field

    def first_error(self) -> str:
        """Return the first error's sentence, for JSON answers; empty when there is none."""
        for errors in self.errors.values():
            for error in errors:
                return str(error)
        return ""


def is_required(field: Field) -> bool:
    """Tell whether a field must be filled: templates mark it."""
    return any(isinstance(v, DataRequired | InputRequired) for v in field.validators)
