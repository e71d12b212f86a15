"""What the rules of a form tell the browser, so that one declaration gives both checks with the same sentence.

HTML's own attributes (`required`, `minlength`, `max`…) come from WTForms. Here are the sentences of the rules as
`data-message-…`, and the rules that HTML has no word for; `frontend/src/js/checks.js` reads both. A rule of our own is
an object with `browser_attributes()`; a rule without is the server's alone, and a house test asks why.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _
from flask_wtf.i18n import translations as their_translations
from wtforms.validators import (
    DataRequired,
    Email,
    EqualTo,
    InputRequired,
    Length,
    NumberRange,
    Regexp,
    StopValidation,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable

    from wtforms import Field

BETWEEN = "Number must be between %(min)s and %(max)s."
SENTENCES = {
    "This field is required.": _("Fill in this field."),
    "Not a valid choice.": _("This choice is not one of those offered. Reload the page."),
    "Invalid Choice: could not coerce.": _("This choice is not one of those offered. Reload the page."),
    "Field cannot be longer than %(max)d characters.": _("Write at most %(max)s characters."),
    "Field must be at least %(min)d characters long.": _("Write at least %(min)s characters."),
    "Number must be at least %(min)s.": _("The smallest value allowed is %(min)s."),
    "Number must be at most %(max)s.": _("The largest value allowed is %(max)s."),
    BETWEEN: _("Type a number from %(min)s to %(max)s."),
    "Not a valid integer value.": _("Type a whole number."),
    "Invalid input.": _("This is not written as expected. Check it."),
}
"""Ours for the sentences that WTForms says where a rule brings none."""


class Sentences:
    """The translations of a form: our sentence where there is one, else what WTForms' own catalogue says."""

    def gettext(self, string: str) -> str:
        """Return a sentence of WTForms in our words and the page's language."""
        return str(SENTENCES[string]) if string in SENTENCES else str(their_translations.gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return a sentence with a number; ours have no singular of their own."""
        return str(SENTENCES[plural]) if plural in SENTENCES else str(their_translations.ngettext(singular, plural, n))


def html_pattern(pattern: str) -> str:
    """Return a Python pattern as the HTML attribute wants it: without anchors."""
    return pattern.removeprefix("^").removesuffix("$").removesuffix("\\Z")


class _ComparedWith(ABC):
    """A rule about two fields; `field` is where the sentence stands, `other` is the one it is compared with."""

    attribute = ""

    def __init__(self, other: str, message: object) -> None:
        self.other, self.message = other, message

    def browser_attributes(self) -> dict[str, str]:
        """Return the rule as the page reads it."""
        return {f"data-{self.attribute}": self.other, f"data-message-{self.attribute}": str(self.message)}

    @abstractmethod
    def is_kept(self, value: Any, other: Any) -> bool:  # noqa: ANN401  whatever the fields hold
        """Tell whether the rule is kept by the two values."""

    def __call__(self, form: Any, field: Field) -> None:  # noqa: ANN401  WTForms has no types
        """Refuse, at this field only; what could not be read has been refused already."""
        if not self.is_kept(field.data, form[self.other].data):
            raise StopValidation(str(self.message))


class After(_ComparedWith):
    """A time later than the other; a time that is not given is left to other rules."""

    attribute = "after"

    def is_kept(self, value: Any, other: Any) -> bool:  # noqa: ANN401
        """Tell whether the time is later."""
        return not value or not other or bool(value > other)


class NotBefore(_ComparedWith):
    """A time that is the other or later; a time that is not given is left to other rules."""

    attribute = "not-before"

    def is_kept(self, value: Any, other: Any) -> bool:  # noqa: ANN401
        """Tell whether the time is not earlier."""
        return not value or not other or bool(value >= other)


class OrElse(_ComparedWith):
    """One of two texts is given: the one with this rule, or the other."""

    attribute = "or-else"

    def is_kept(self, value: Any, other: Any) -> bool:  # noqa: ANN401
        """Tell whether one of the texts holds more than spaces."""
        return bool((value or "").strip() or (other or "").strip())


class NeededWith(_ComparedWith):
    """A field that is filled when the other has a certain value."""

    attribute = "needed-with"

    def __init__(self, other: str, wanted: str, message: object) -> None:
        super().__init__(other, message)
        self.wanted = wanted

    def browser_attributes(self) -> dict[str, str]:
        """Return the rule as the page reads it, with the value after the name."""
        return {**super().browser_attributes(), "data-needed-with": f"{self.other} {self.wanted}"}

    def is_kept(self, value: Any, other: Any) -> bool:  # noqa: ANN401
        """Tell whether the field is filled, or need not be."""
        return bool(value) or other != self.wanted


def written_number(
    sentence: object, locale: str, between: tuple[object, object, object] | None = None
) -> dict[str, str]:
    """Return the attributes of a number as people write it in a language (`1 000,5`, `1,000.5`).

    `between` is the lowest, the highest, and the sentence for a number outside.
    """
    told = {"data-number": f"written {locale}", "data-message-number": str(sentence)}
    if between:
        lowest, highest, outside = between
        told |= {"data-between": f"{lowest} {highest}", "data-message-between": str(outside)}
    return told


def attributes_of(field: Field) -> dict[str, str]:
    """Return what the rules of a bound field tell the browser."""
    told: dict[str, str] = {}
    for rule in (field, *field.validators):
        told |= tells(rule) or {}
    return told


def tells(rule: object) -> dict[str, str] | None:
    """Return the attributes of one rule; None when the browser cannot check it."""
    own = getattr(type(rule), "browser_attributes", None)  # of the type: a FormField looks for its own in its form
    if own is not None:
        return dict(own(rule))
    return next((tell(rule) for kind, tell in _KNOWN if isinstance(rule, kind)), None)


def _message(rule: Any, **values: object) -> str:  # noqa: ANN401
    return str(rule.message) % values if rule.message else ""


def _told(name: str, sentence: str) -> dict[str, str]:
    return {f"data-message-{name}": sentence} if sentence else {}


def _tell_required(rule: Any) -> dict[str, str]:  # noqa: ANN401
    return _told("value-missing", _message(rule))


def _tell_length(rule: Any) -> dict[str, str]:  # noqa: ANN401
    sentence = _message(rule, min=rule.min, max=rule.max, length="{length}")
    return {
        **(_told("too-short", sentence) if rule.min > 0 else {}),
        **(_told("longest", sentence) if rule.max > 0 else {}),
    }


def _tell_range(rule: Any) -> dict[str, str]:  # noqa: ANN401
    between = str(SENTENCES[BETWEEN]) % {"min": rule.min, "max": rule.max} if None not in (rule.min, rule.max) else ""
    sentence = _message(rule, min=rule.min, max=rule.max) or between
    return {**_told("range-underflow", sentence), **_told("range-overflow", sentence)}


def _tell_pattern(rule: Any) -> dict[str, str]:  # noqa: ANN401
    sentence = _message(rule)  # an `url` that is none breaks the type before the pattern is looked at
    told = {**_told("pattern-mismatch", sentence), **_told("type-mismatch", sentence)}
    return {"pattern": html_pattern(rule.regex.pattern), **told}


def _tell_type(rule: Any) -> dict[str, str]:  # noqa: ANN401
    return _told("type-mismatch", _message(rule))


def _tell_same(rule: Any) -> dict[str, str]:  # noqa: ANN401
    return {"data-same-as": rule.fieldname, **_told("same-as", _message(rule))}


_KNOWN: tuple[tuple[type | tuple[type, ...], Callable[[Any], dict[str, str]]], ...] = (
    ((DataRequired, InputRequired), _tell_required),
    (Length, _tell_length),
    (NumberRange, _tell_range),
    (Regexp, _tell_pattern),
    (Email, _tell_type),
    (EqualTo, _tell_same),
)
