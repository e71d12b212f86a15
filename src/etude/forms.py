"""The base of every form: one declaration gives the server's check and the attributes of the browser's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, Form, FormField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, StopValidation

from etude import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NUL = "\x00"


def refuse_unstorable(_form: object, field: Field) -> None:
    """Refuse text that no database or terminal can hold: NUL and lone surrogates.

    What could not even be read has its sentence already: no other rule is asked then.
    """
    if getattr(field, "process_errors", None):
        raise StopValidation
    text = field.data
    if isinstance(text, str) and (NUL in text or any("\ud800" <= c <= "\udfff" for c in text)):
        raise StopValidation(_("This text contains a character that cannot be stored. Type it again by hand."))


def strip(text: object) -> object:
    """Return a text without the spaces around it; what is no text as it is."""
    return text.strip() if isinstance(text, str) else text


def bind_field(form: object, unbound_field: Any, options: Mapping[str, Any]) -> Field:  # noqa: ANN401
    """Bind a field and give it what every field has: the check for unstorable characters, stripping, its sentences.

    WTForms prints `required`, `minlength`, `maxlength`, `min` and `max` by itself; the rest of what browsers are told
    is in `etude.rules`. Only one-line texts are stripped: a password and a program are what they are.
    """
    field = unbound_field.bind(form=form, **options)
    field.validators = [refuse_unstorable, *(_refuse_spaces(rule, field) for rule in field.validators)]
    if type(field) is StringField:
        field.filters = (strip, *field.filters)
    field.render_kw = {**rules.attributes_of(field), **(field.render_kw or {})}
    return field


class _NotBlank(InputRequired):  # type: ignore[misc]
    """`InputRequired`, for which spaces alone are nothing."""

    def __call__(self, form: object, field: Field) -> None:
        if not any(str(text).strip() for text in field.raw_data or []):
            field.raw_data = []
        super().__call__(form, field)


def _refuse_spaces(rule: object, field: Field) -> object:
    """Return the rule; what must be given is more than spaces, but for a password, which is what it is."""
    if isinstance(rule, InputRequired) and not isinstance(field, PasswordField):
        return _NotBlank(rule.message)
    return rule


@dataclass(frozen=True, slots=True)
class FieldError:
    """One error of a form for its summary: where it is (an id in the page, "" for the whole form) and the sentence."""

    id: str
    label: str
    sentence: str


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form whose one-line texts are stripped, refuse unstorable characters, and say so to browsers.

    Fields with errors are marked for screen readers by `components/field.html`.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Binds fields so that each gets the checks and attributes every field has."""

        def get_translations(self, form: BaseForm) -> rules.Sentences:
            """Return the sentences for rules that bring none."""
            del form
            return rules.Sentences()

        def bind_field(self, form: BaseForm, unbound_field: Any, options: Mapping[str, Any]) -> Field:  # noqa: ANN401
            """Bind a field as `etude.forms.bind_field` does."""
            return bind_field(form, unbound_field, options)

    def first_error(self) -> str:
        """Return the first error's sentence, for JSON answers; empty when there is none."""
        return next((error.sentence for error in self.all_errors()), "")

    def all_errors(self) -> list[FieldError]:
        """Return every error, those of the whole form first, then field by field, rows of rows included."""
        whole = [FieldError("", "", str(sentence)) for sentence in self.form_errors]
        return [*whole, *_errors_of(self._fields.values())]


class SubForm(Form):  # type: ignore[misc]
    """A form inside of a form, for `FormField`: the fields of `BaseForm`, without a CSRF token of its own."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Binds fields as `BaseForm` does; the outer form's token stands for all of it."""

        csrf = False

        def get_translations(self, form: SubForm) -> rules.Sentences:
            """Return the sentences for rules that bring none."""
            del form
            return rules.Sentences()

        def bind_field(self, form: SubForm, unbound_field: Any, options: Mapping[str, Any]) -> Field:  # noqa: ANN401
            """Bind a field as `etude.forms.bind_field` does."""
            return bind_field(form, unbound_field, options)

        def wrap_formdata(self, form: SubForm, formdata: Any) -> Any:  # noqa: ANN401
            """Return what the outer form handed in: an inner form never reads the request by itself."""
            del form
            return formdata


def _errors_of(fields: Iterable[Field]) -> Iterator[FieldError]:
    for field in fields:
        if isinstance(field, FormField):
            yield from _errors_of(field.form._fields.values())
        elif isinstance(field, FieldList):
            own = [error for error in field.errors if not isinstance(error, dict | list | tuple)]
            yield from (FieldError(field.id, str(field.label.text), str(error)) for error in own)
            yield from _errors_of(field.entries)
        else:
            yield from (FieldError(field.id, str(field.label.text), str(error)) for error in field.errors)


def is_required(field: Field) -> bool:
    """Tell whether a field must be filled: templates mark it."""
    return any(isinstance(v, DataRequired | InputRequired) for v in field.validators)
