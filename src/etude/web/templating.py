"""What every template can use: assets with hashed names, dates, numbers, Markdown, the navigation, `can()`."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, render_template, request, session, url_for
from flask_babel import format_date, format_datetime, format_decimal, get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from markupsafe import Markup

from etude import __version__
from etude.core.errors import Unavailable
from etude.core.errors import _ as mark
from etude.permissions import Permission, can
from etude.web import i18n, markdown
from etude.web.markdown import NO_PICTURES
from etude.web.school_tabs import school_tabs

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from etude.web.markdown import Pictures

DIST = Path(__file__).parents[1] / "static" / "dist"


@lru_cache
def manifest() -> dict[str, str]:
    """Return the names that the front-end build gave to its files.

    Raises:
        Unavailable: the front end was not built.
    """
    try:
        names: dict[str, str] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise Unavailable(mark("The front end is not built. Run “make build” in Étude’s folder.")) from error
    return names


def asset(name: str) -> str:
    """Return the address of a built file, e.g. `asset("style.css")`."""
    return url_for("pages.assets", name=manifest()[name])


def site_text() -> Markup:
    """Return the sentences that the scripts show, as JSON: the same on every page, so rendered once per language."""
    locale = i18n.choose_locale()
    if locale not in _site_texts:
        _site_texts[locale] = Markup(render_template("components/site_text.html").strip())  # noqa: S704  tojson escapes
    return _site_texts[locale]


_site_texts: dict[str, Markup] = {}


def preference_url(**choice: str) -> str:
    """Return the address of this page again, in another language or theme: `preference_url(lang="en")`."""
    if request.endpoint and request.method == "GET":
        values: dict[str, Any] = {**(request.view_args or {}), **choice}
        return url_for(request.endpoint, **values)
    return url_for("pages.landing", lang=choice.get("lang"), theme=choice.get("theme"))


def _in_zone(at: datetime, zone: str | None) -> datetime:
    return at.astimezone(ZoneInfo(zone or i18n.choose_zone()))


def show_date(at: datetime, zone: str | None = None) -> str:
    """Return a day in words: « vendredi 4 décembre 2026 », « mardi 1er décembre 2026 », “Friday 4 December 2026”."""
    return _day_in_words(_in_zone(at, zone))


def _day_in_words(local: datetime) -> str:
    is_first = local.day == 1 and str(get_locale()) == "fr"
    return str(format_date(local.date(), "EEEE '1er' MMMM y" if is_first else "EEEE d MMMM y"))


def show_datetime(at: datetime, zone: str | None = None) -> str:
    """Return a day and a time in words: « vendredi 4 décembre 2026 à 18 h », “Friday 4 December 2026 at 18:00”."""
    local = _in_zone(at, zone)
    day = _day_in_words(local)
    if str(get_locale()) == "fr":
        minutes = f"\u00a0{local.minute:02d}" if local.minute else ""
        return f"{day} à {local.hour}\u00a0h{minutes}"
    return f"{day} at {local.hour:02d}:{local.minute:02d}"


def show_time(at: datetime, zone: str | None = None) -> str:
    """Return a short day and time for tables: « 4 déc. 18:05 »."""
    local = _in_zone(at, zone)
    return str(format_datetime(local, "d MMM HH:mm", rebase=False))


def show_number(value: Decimal | float | None) -> str:
    """Return a number as the language writes it, at most two decimals; a dash for none."""
    return "–" if value is None else str(format_decimal(value, "#,##0.##"))


def zone_name(zone: str) -> str:
    """Return a zone's name for people: the city."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def navigation() -> list[tuple[str, str, bool]]:
    """Return label, address and whether it is the current page, for the header of this person."""
    if not current_user.is_authenticated:
        return []
    entries = [_entry(_("My courses"), "courses.list_courses")]
    if current_user.is_staff:
        entries.append(_entry(_("Activities"), "authoring.list_activities"))
    if current_user.is_admin and (tabs := school_tabs()):
        entries.append((_("School"), tabs[0][1], any(is_current for _label, _url, is_current in tabs)))
    return [entry for entry in entries if entry is not None]


def _entry(label: str, endpoint: str) -> tuple[str, str, bool] | None:
    if endpoint not in current_app.view_functions:
        return None
    return label, url_for(endpoint), request.endpoint == endpoint


def csrf_token() -> str:
    """Return the form token of this sign-in, signed; it is signed once, not for every page it stands on.

    It is that of Flask-WTF, whose tokens do not grow old here (`WTF_CSRF_TIME_LIMIT` is None).
    """
    if (raw := session.get("csrf_token")) is None:
        return str(generate_csrf())
    return _sign_token(str(current_app.secret_key), raw)


@lru_cache(maxsize=1024)
def _sign_token(secret_key: str, raw: str) -> str:
    return str(URLSafeTimedSerializer(secret_key, salt="wtf-csrf-token").dumps(raw))


def enrolment_to_confirm() -> int | None:
    """Return the enrolment that the reader has still to confirm in the course of this page; it costs no query."""
    found = getattr(g, "scope", None)
    enrolment = found.enrolment if found is not None else None
    return enrolment.id if enrolment is not None and enrolment.awaits_confirmation else None


def demo_watch_url() -> str:
    """Return where a page of a course asks what is shown to the class; empty elsewhere. It costs no query."""
    found = getattr(g, "scope", None)
    if found is None or not found.may(Permission.COURSE_VIEW) or "demos.tell_demo" not in current_app.view_functions:
        return ""
    return url_for("demos.tell_demo", course_id=found.course.id)


def render_markdown(text: str, pictures: Pictures = NO_PICTURES) -> Markup:
    """Return a teacher's or student's Markdown as harmless HTML; of pictures it shows these."""
    return Markup(markdown.render(text, pictures))  # noqa: S704  cleaned by nh3


def set_up(app: Flask) -> None:
    """Make the helpers known to Jinja."""
    app.jinja_env.globals.update(
        asset=asset, csrf_token=csrf_token, site_text=site_text, preference_url=preference_url, can=can,
        Permission=Permission, zone_name=zone_name, version=__version__, enrolment_to_confirm=enrolment_to_confirm,
        demo_watch_url=demo_watch_url,
    )  # fmt: skip
    app.jinja_env.filters.update(
        date=show_date, datetime=show_datetime, time=show_time, number=show_number, markdown=render_markdown
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _page() -> dict[str, Any]:
        g.lang = i18n.choose_locale()
        g.theme = i18n.choose_theme()
        school = i18n.school_values()
        # Flask-WTF gives its own function to each page in this way, so ours is given after it.
        token = {"csrf_token": csrf_token}
        return {"navigation": navigation(), "school": school, "school_name": school.get("name", ""), **token}
