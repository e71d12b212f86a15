"""Fields that courses need: times typed in the course's zone, points with a comma or a dot, whole numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask_babel import format_decimal
from flask_babel import gettext as _
from wtforms import DateField, Field, IntegerField
from wtforms.widgets import DateTimeLocalInput, TextInput

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
FIRST_YEAR, LAST_YEAR = 2000, 2200
MOST_POINTS = Decimal(10_000)


class NoSuchTimeError(ValueError):
    """A wall-clock time that is left out when the clocks are put forward."""


def to_utc(local: datetime, zone: str, *, latest: bool = False) -> datetime:
    """Return the instant of a naive wall-clock time in a zone.

    An hour that comes twice in autumn is the first one, or the second with `latest`: nobody loses by it.

    Raises:
        NoSuchTimeError: the clocks jump over this time.
    """
    at = local.replace(tzinfo=ZoneInfo(zone), fold=int(latest)).astimezone(UTC)
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) != local:
        raise NoSuchTimeError
    return at


class LocalTimeField(Field):  # type: ignore[misc]
    """A day and time typed on the course's clock; its data is the instant in UTC, or None when left empty.

    The form it is in has the zone's name as `zone`. With `latest` an ambiguous time is the later one.
    """

    widget = DateTimeLocalInput()

    def __init__(self, *args: Any, latest: bool = False, _form: Any = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, _form=_form, **kwargs)
        self.zone: str = getattr(_form, "zone", "UTC")
        self.latest = latest

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(ZoneInfo(self.zone)).strftime(FORMATS[0]) if self.data else ""

    def process_formdata(self, values: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with the sentence for the field."""
        text = values[0].strip() if values else ""
        self.data = None
        if text:
            self.data = self._instant(self._parse(text))

    def _parse(self, text: str) -> datetime:
        for layout in FORMATS:
            try:
                local = datetime.strptime(text, layout)  # noqa: DTZ007  the zone is the course's
            except ValueError:
                continue
            if not FIRST_YEAR <= local.year <= LAST_YEAR:
                raise ValueError(_wrong_year())
            return local
        raise ValueError(_no_time())

    def _instant(self, local: datetime) -> datetime:
        try:
            return to_utc(local, self.zone, latest=self.latest)
        except NoSuchTimeError as error:
            sentence = _("This time does not exist: the clocks are put forward that night. Choose an hour later.")
            raise ValueError(sentence) from error

    def browser_attributes(self) -> dict[str, str]:
        """Return what is told of a time that the page cannot read, or of an odd year."""
        return {**_years("-01-01T00:00", "-12-31T23:59"), "data-message-bad-input": _no_time()}


class PointsField(Field):  # type: ignore[misc]
    """Points from 0 to 10,000 with at most two decimals, typed with a comma or a dot."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(format_decimal(self.data, "0.##"))

    def process_formdata(self, values: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with the sentence for the field."""
        text = values[0].strip().replace(",", ".") if values else ""
        self.data = None
        if not text:
            return
        whole, _dot, decimals = text.partition(".")
        is_number = (whole + decimals).isdecimal() and whole.isascii() and decimals.isascii()
        if not is_number or len(decimals) > 2 or len(whole) > 6 or Decimal(text) > MOST_POINTS:
            raise ValueError(self._sentence())
        self.data = Decimal(text)

    def browser_attributes(self) -> dict[str, str]:
        """Return the rule as the page reads it."""
        sentence = self._sentence()
        told = {"data-number": "cents", "data-between": f"0 {MOST_POINTS}"}
        return {**told, "data-message-number": sentence, "data-message-between": sentence}

    def _sentence(self) -> str:
        return str(_("Type a number from 0 to 10000, with at most two decimals."))


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A whole number, with our sentence for what is none."""

    def process_formdata(self, values: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with the sentence for the field."""
        text = values[0].strip() if values else ""
        self.data = None
        if not text:
            return
        if not (text.isascii() and text.removeprefix("-").isdigit()) or len(text) > 9:
            raise ValueError(self._sentence())
        self.data = int(text)

    def browser_attributes(self) -> dict[str, str]:
        """Return what is told of something that is no whole number."""
        return {"data-message-bad-input": self._sentence(), "data-message-step-mismatch": self._sentence()}

    def _sentence(self) -> str:
        return str(_("Type a whole number."))


class DayField(DateField):  # type: ignore[misc]
    """A day of the calendar, with our sentence for what is none."""

    def process_formdata(self, values: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with the sentence for the field."""
        text = values[0].strip() if values else ""
        self.data = None
        if not text:
            return
        try:
            self.data = date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(_no_day()) from error
        if not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValueError(_wrong_year())

    def browser_attributes(self) -> dict[str, str]:
        """Return what is told of a day that the page cannot read, or of an odd year."""
        return {**_years("-01-01", "-12-31"), "data-message-bad-input": _no_day()}


def _no_time() -> str:
    return str(_("Type a day and a time, for example 2026-12-04 18:00."))


def _no_day() -> str:
    return str(_("Type a day, for example 2027-02-01."))


def _wrong_year() -> str:
    return str(_("Type a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))


def _years(first: str, last: str) -> dict[str, str]:
    bounds = {"min": f"{FIRST_YEAR}{first}", "max": f"{LAST_YEAR}{last}"}
    return {**bounds, "data-message-range-underflow": _wrong_year(), "data-message-range-overflow": _wrong_year()}
