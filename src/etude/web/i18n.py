"""Language and time zone of a page: the profile's, then the school's, then the browser's; French typography."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from flask import g, has_request_context, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from etude.core.caching import memory
from etude.core.errors import filled
from etude.core.signals import after_commit, school_changed
from etude.extensions import db
from etude.models.school import LOCALES, School

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Response
    from sqlalchemy.orm import Session

LANGUAGE_COOKIE = "etude_lang"
THEME_COOKIE = "etude_theme"
THEMES = ("light", "dark")
CHOICE_SECONDS = 365 * 24 * 3600
SCHOOL_KEY = "school"


@cache
def catalogue_folders(package: Path) -> list[Path]:
    """Return every `translations` folder of the package: each feature and kind brings its own catalogue."""
    return sorted(path for path in package.rglob("translations") if path.is_dir())


def school_values() -> dict[str, str]:
    """Return the school's name, locale, zone and contact, from the memory cache; empty before the first start."""

    def read() -> dict[str, str]:
        school = School.get(db.session)
        if school is None:
            return {}
        return {"name": school.name, "locale": school.locale, "zone": school.zone, "contact": school.contact}

    return memory.get_or_make(SCHOOL_KEY, read)


def forget_school(session: Session) -> None:
    """Read the school's values anew once the transaction in progress is committed."""
    memory.drop_after_commit(session, SCHOOL_KEY)

    def tell() -> None:
        school_changed.send()

    after_commit(session, tell)


def read_choice() -> None:
    """Note the language or theme that this GET chooses (`?lang=fr`, `?theme=dark`): it counts from this page on."""
    lang, theme = request.args.get("lang", ""), request.args.get("theme", "")
    g.chosen = {}
    if request.method == "GET" and lang in LOCALES:
        g.chosen[LANGUAGE_COOKIE] = lang
    if request.method == "GET" and theme in (*THEMES, "auto"):
        g.chosen[THEME_COOKIE] = theme


def keep_choice(response: Response) -> None:
    """Keep what this request chose in a cookie of this browser."""
    for cookie, value in g.get("chosen", {}).items():
        response.set_cookie(
            cookie, value, max_age=CHOICE_SECONDS, samesite="Lax", secure=request.is_secure, httponly=True
        )


def _browser_choice(cookie: str) -> str:
    return str(g.get("chosen", {}).get(cookie) or request.cookies.get(cookie, ""))


def choose_locale() -> str:
    """Return "fr" or "en": the first that is known of five wishes.

    What this click chose, the profile's, what this browser chose before, the school's, what the browser asks for.
    """
    if not has_request_context():
        return school_values().get("locale", "en")
    if (chosen := getattr(g, "locale", None)) is None:
        try:
            chosen = g.locale = _choose_locale()
        except SQLAlchemyError:  # the page that says so must have a language too
            chosen = g.locale = _browser_locale()
    return str(chosen)


def _choose_locale() -> str:
    wishes = [
        g.get("chosen", {}).get(LANGUAGE_COOKIE, ""),
        getattr(current_user, "locale", ""),
        _browser_choice(LANGUAGE_COOKIE),
        school_values().get("locale", ""),
        request.accept_languages.best_match(LOCALES) or "",
    ]
    return next((wish for wish in wishes if wish in LOCALES), "en")


def _browser_locale() -> str:
    wishes = [_browser_choice(LANGUAGE_COOKIE), request.accept_languages.best_match(LOCALES) or ""]
    return next((wish for wish in wishes if wish in LOCALES), "en")


def choose_theme() -> str:
    """Return "light", "dark" or "" (as the system has it): the profile's, then this browser's."""
    wishes = (
        g.get("chosen", {}).get(THEME_COOKIE, ""),
        getattr(current_user, "theme", ""),
        _browser_choice(THEME_COOKIE),
    )
    return next((wish for wish in wishes if wish in THEMES), "")


def choose_zone() -> str:
    """Return the reader's time zone: the profile's, then the school's."""
    own = getattr(current_user, "zone", "") if has_request_context() else ""
    return own or school_values().get("zone", "UTC")


def translate(sentence: str, values: Mapping[str, object] | None = None) -> str:
    """Return a marked sentence in the page's language, its places filled; values may be marked themselves."""
    return str(gettext(sentence, **filled(values or {}, gettext)))


_NARROW, _WIDE = "\u202f", "\u00a0"
_BEFORE = re.compile(r" ([;!?»])")
_AFTER = re.compile(r"« ")
_COLON = re.compile(r" :(?=\s|$)")


def french_spaces(text: str) -> str:
    """Return French text with the no-break spaces of its typography; code is never passed through it."""
    text = _BEFORE.sub(_NARROW + r"\1", text)
    text = _AFTER.sub("«" + _NARROW, text)
    return _COLON.sub(_WIDE + ":", text)
