"""Translated sentences in templates: each is looked up in the catalogue once per language, then remembered.

Every page says some twenty sentences around its own. Flask-Babel finds the request's catalogue anew for each of them,
which was a sixteenth of a page; here a sentence is one look into a memory.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import g
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from markupsafe import Markup

if TYPE_CHECKING:
    from babel import Locale
    from flask import Flask
    from jinja2.nodes import EvalContext

REMEMBERED = 8192
"""Sentences of both languages; templates have about two thousand."""


@lru_cache(maxsize=REMEMBERED)
def _find(_locale: Locale | None, sentence: str) -> str:
    """Return a sentence in the language of the page; `_locale` is that language and only a key."""
    return str(get_translations().ugettext(sentence))


@lru_cache(maxsize=REMEMBERED)
def _find_whole(locale: Locale | None, sentence: str) -> Markup:
    """Return a sentence without places to fill, as HTML."""
    return Markup(_find(locale, sentence)) % {}  # noqa: S704  a catalogue is ours; "%%" becomes "%"


def _page_locale() -> Locale | None:
    """Return the language of the page, or of the letter that is being written.

    Flask-Babel keeps it beside `g` once it has chosen; asking it each time looks through `g` six times.
    """
    kept = getattr(g._get_current_object(), "_flask_babel", None)  # noqa: SLF001  the documented way through a proxy
    chosen: Locale | None = getattr(kept, "babel_locale", None)
    return chosen or get_locale()


@pass_eval_context
def gettext_in_page(context: EvalContext, sentence: str, /, **values: object) -> str:
    """Return a marked sentence in the page's language, its places filled; in HTML the values are escaped."""
    if context.autoescape and not values:
        return _find_whole(_page_locale(), sentence)
    found = _find(_page_locale(), sentence)
    return (Markup(found) if context.autoescape else found) % values  # noqa: S704  `%` of Markup escapes the values


def set_up(app: Flask) -> None:
    """Let templates translate by memory; Flask-Babel must be bound already, whose functions these replace."""
    app.jinja_env.globals.update(_=gettext_in_page, gettext=gettext_in_page)
