"""The fields by which the school describes itself: on the first admin's page and on the school's settings page."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from etude.extensions import db
from etude.forms import BaseForm
from etude.models.school import School, SchoolValues
from etude.web.person_fields import tidy

if TYPE_CHECKING:
    from typing import Any

LOCALE_CHOICES = [SelectChoice("fr", "Français"), SelectChoice("en", "English")]
ADDRESS_PATTERN = r"^https?://[^\s\/?#]+/?$"
"""The slash in the class is escaped for browsers: they read patterns with the `v` flag."""
CANADIAN_ZONES = (
    "America/St_Johns", "America/Halifax", "America/Moncton", "America/Toronto", "America/Winnipeg",
    "America/Regina", "America/Edmonton", "America/Vancouver", "America/Whitehorse", "America/Iqaluit",
)  # fmt: skip
CONTINENTS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zone_choices() -> tuple[SelectChoice, ...]:
    """Return every time zone of the world, Canada's first, then by continent."""
    choices = [SelectChoice(zone, _city(zone), optgroup="Canada") for zone in CANADIAN_ZONES]
    for zone in sorted(available_timezones()):
        continent = zone.partition("/")[0]
        if continent in CONTINENTS and zone not in CANADIAN_ZONES:
            choices.append(SelectChoice(zone, _city(zone), optgroup=continent))
    return (*choices, SelectChoice("UTC", "UTC", optgroup="UTC"))


def _city(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", " – ")


def is_zone(zone: str) -> bool:
    """Tell whether this is the name of a time zone."""
    return zone in available_timezones()


def seen_address() -> str:
    """Return the address by which this browser found us; empty when only this computer could use it."""
    host = urlsplit(request.host_url).hostname or ""
    try:
        is_own = ip_address(host).is_loopback
    except ValueError:
        is_own = host == "localhost"
    return "" if is_own else request.host_url.rstrip("/")


def public_address() -> str:
    """Return the address to print on cards and to project: the school's own, or the one this browser uses."""
    school = School.get(db.session)
    return (school.address if school else "") or request.host_url.rstrip("/")


class SchoolFields(BaseForm):
    """Name, language, time zone, contact for the data, address."""

    school_name = StringField(
        _("Name of the school"), [InputRequired(_("Type the name of the school.")), Length(max=120)], filters=[tidy]
    )
    locale = SelectField(
        _("Language of the school"),
        choices=LOCALE_CHOICES,
        description=_("Everybody can choose another one in the profile."),
    )
    zone = SelectField(_("Time zone"), choices=zone_choices)
    contact = StringField(
        _("Responsible for the data"),
        [InputRequired(_("Say who answers questions about personal data.")), Length(max=200)],
        filters=[tidy],
        description=_("A name and how to reach the person, shown on the privacy page."),
    )
    address = StringField(
        _("Address of Étude in the school"),
        [
            Optional(),
            Length(max=200),
            Regexp(ADDRESS_PATTERN, message=_("Write the whole address, for example http://etude.lan:8000.")),
        ],
        filters=[tidy],
        description=_("Printed on cards and used in e-mails, for example http://etude.lan:8000."),
        render_kw={"type": "url", "inputmode": "url", "autocomplete": "off"},
    )

    @classmethod
    def stored(cls) -> dict[str, Any]:
        """Return the school's present values, by field name, to fill the form with."""
        school = School.get(db.session)
        if school is None:
            return {"locale": "fr", "zone": "America/Toronto", "address": seen_address()}
        return {
            "school_name": school.name,
            "locale": school.locale,
            "zone": school.zone,
            "contact": school.contact,
            "address": school.address or seen_address(),
        }

    def values(self) -> SchoolValues:
        """Return what was typed."""
        return SchoolValues(
            name=self.school_name.data,
            locale=self.locale.data,
            zone=self.zone.data,
            contact=self.contact.data,
            address=(self.address.data or "").rstrip("/"),
        )


def describe_changes(names: list[str]) -> str:
    """Return the names of changed settings as a list for people, e.g. “name, time zone”."""
    labels = {
        "name": gettext("Name of the school"),
        "locale": gettext("Language of the school"),
        "zone": gettext("Time zone"),
        "contact": gettext("Responsible for the data"),
        "address": gettext("Address of Étude in the school"),
    }
    return ", ".join(labels.get(name, name) for name in names)
