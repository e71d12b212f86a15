"""The page of an error, which must appear even when the database, the front end or the template itself is broken."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import current_app, g, render_template, request, url_for

from etude.core import logging
from etude.core.errors import Unavailable
from etude.web import error_words
from etude.web.i18n import choose_locale, translate
from etude.web.templating import asset

_log = logging.get(__name__)
TRY_AGAIN = frozenset({409, 429, 500, 503})
"""What may be gone when the same page is asked for once more."""


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True)
class Failure:
    """One error: HTTP status, sentence in the page's language; advice and name for JSON ("": those of its class)."""

    status: int
    sentence: str
    advice: str = ""
    code: str = ""

    @property
    def is_ours(self) -> bool:
        """Tell whether the server failed: then nothing of the session is trusted, and the log holds more."""
        return self.status >= 500


def render(failure: Failure) -> str:
    """Return the page: the site's own look, or a bare page where that cannot be had."""
    words = error_words.words(failure.status)
    values = {
        "status": failure.status,
        "title": translate(words.title),
        "sentence": failure.sentence,
        "advice": failure.advice or (translate(words.advice) if words.advice else ""),
        "reference": g.get("request_id", "") if failure.is_ours else "",
        "public": failure.is_ours,
        "actions": _actions(failure.status),
    }
    try:
        return render_template("errors/error.html", **values)
    except Exception as error:  # noqa: BLE001  whatever is broken, the reader gets the sentence
        _log.error("error_page_is_bare", reason=type(error).__name__)
        return _render_bare(values)


def _render_bare(values: dict[str, Any]) -> str:
    """Return the page without database, session and front end; the stylesheet only where one was built."""
    template = current_app.jinja_env.get_template("errors/bare.html")
    return template.render(lang=choose_locale(), stylesheet=_stylesheet(), **values)


def _stylesheet() -> str:
    try:
        return asset("style.css")
    except (Unavailable, KeyError):
        return ""


def _actions(status: int) -> list[tuple[str, str]]:
    """Return where one can go from here; the first is the most likely."""
    start = (translate(_("To my courses")), url_for("pages.home"))
    again = (translate(_("Try again")), request.full_path.rstrip("?"))
    if status == HTTPStatus.UNAUTHORIZED:
        return [(translate(_("Sign in")), url_for("auth.sign_in"))]
    if request.method == "GET" and status in TRY_AGAIN:
        return [again, start]
    return [start, (translate(_("Help")), url_for("pages.help_index"))]
