"""The filter of the audit log."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, ValidationError
from wtforms.widgets import DateInput

from etude.audit import AuditTag
from etude.features.audit_log import sentences
from etude.forms import BaseForm
from etude.web.i18n import choose_zone
from etude.web.person_fields import LOGIN_KEYS, tidy


def _tags() -> list[SelectChoice]:
    labels = sorted((sentences.label(tag), tag.value) for tag in AuditTag)
    return [SelectChoice("", gettext("Everything")), *(SelectChoice(value, label) for label, value in labels)]


def _kinds() -> list[SelectChoice]:
    labels = sorted((str(label), kind) for kind, label in sentences.KINDS.items())
    return [SelectChoice("", gettext("Everything")), *(SelectChoice(kind, label) for label, kind in labels)]


YEARS = range(1970, 9000)


class FilterForm(BaseForm):
    """Which acts are shown. It is sent by GET, so that a page of the log has an address."""

    class Meta(BaseForm.Meta):
        """A GET changes nothing: it needs no token."""

        csrf = False

    tag = SelectField(_("What was done"), choices=_tags, validators=[Optional()])
    person = StringField(
        _("By or about (user name)"),
        [Optional(), Length(max=254)],
        filters=[tidy],
        render_kw={"autocomplete": "off", **LOGIN_KEYS},
    )
    target_type = SelectField(_("Done to"), choices=_kinds, validators=[Optional()])
    target_id = IntegerField(_("Its number"), [Optional(), NumberRange(min=1, max=2**31)])
    since = StringField(_("From the day"), [Optional()], widget=DateInput())
    until = StringField(_("To the day"), [Optional()], widget=DateInput())

    def validate_since(self, field: StringField) -> None:
        """Check that this is a day."""
        read_day(field.data)

    def validate_until(self, field: StringField) -> None:
        """Check that this is a day."""
        read_day(field.data)

    def validate_target_id(self, field: IntegerField) -> None:
        """Check that a number has its kind of thing: numbers are counted for each."""
        if field.data and not self.target_type.data:
            raise ValidationError(
                gettext("Choose what it was done to as well: each kind of thing is numbered by itself.")
            )

    def times(self) -> tuple[datetime | None, datetime | None]:
        """Return the first moment of the first day and the end of the last, in the reader's zone; None is no bound."""
        zone = ZoneInfo(choose_zone())
        first, last = (read_day(day.data) if day.data else None for day in (self.since, self.until))
        after_last = last + timedelta(days=1) if last else None
        since, until = (
            datetime.combine(day, time.min, zone).astimezone(UTC) if day else None for day in (first, after_last)
        )
        return since, until


def read_day(text: str) -> date:
    """Return the day that was typed.

    Raises:
        wtforms.validators.ValidationError: it is none.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(gettext("Type a day, for example 2027-02-01.")) from error
    if day.year not in YEARS:
        raise ValidationError(gettext("Type a day, for example 2027-02-01."))
    return day
