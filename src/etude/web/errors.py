"""The global error handlers, registered in `app.py`: every error becomes a page or JSON, by what the client asked for.

A refusal of ours (`EtudeError`) shows its sentence. An unexpected error shows an id that the user can quote and that
the log holds with the traceback; in tests it propagates.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from etude.core import logging
from etude.core.errors import EtudeError, NotAllowed, NotFound, NotSignedIn, TooLarge, TooMany, Unavailable
from etude.web.i18n import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

_log = logging.get(__name__)
DRAIN_BYTES = 200 << 20
"""How much of an oversized body is read away, so that the browser shows our sentence instead of a broken connection."""

_OURS: dict[int, type[EtudeError]] = {403: NotAllowed, 404: NotFound, 413: TooLarge, 429: TooMany, 503: Unavailable}


def wants_json() -> bool:
    """Tell whether the client asked for JSON rather than for a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json" or request.is_json


def _answer(status: int, sentence: str, *, code: str, advice: str = "") -> ResponseReturnValue:
    if wants_json():
        return {"error": code, "message": sentence, "request_id": g.get("request_id", "")}, status
    values = {"status": status, "sentence": sentence, "advice": advice, "request_id": g.get("request_id", "")}
    return render_template("errors/error.html", **values), status


def _refusal(error: EtudeError) -> ResponseReturnValue:
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _drain()
    _log.info("refused", reason=type(error).__name__, status_code=error.status)
    return _answer(error.status, translate(error.sentence, error.values), code=type(error).__name__)


def _to_sign_in(error: NotSignedIn) -> ResponseReturnValue:
    if wants_json() or request.headers.get("HX-Request"):
        return {"error": "NotSignedIn", "message": translate(error.sentence, error.values)}, 401
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("auth.sign_in", next=target) if target else url_for("auth.sign_in"))


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    if not current_user.is_authenticated and (wants_json() or request.endpoint != "auth.sign_in"):
        return _answer(401, translate(NotSignedIn.default), code="NotSignedIn")
    sentence = _("This form is too old, or your browser keeps no cookies. Nothing was changed.")
    return _answer(400, sentence, code="StaleForm", advice=_("Go back, reload the page, and send it again."))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error
    status = error.code or 500
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _drain()
    ours = _OURS.get(status)
    sentence = translate(ours.default) if ours else _("The server could not understand this request.")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        sentence = _("This address cannot be used like that.")
    return _answer(status, sentence, code=type(error).__name__)


def _drain() -> None:
    left = DRAIN_BYTES
    stream = request.environ.get("wsgi.input")
    try:
        while stream is not None and left > 0 and (chunk := stream.read(min(left, 1 << 16))):
            left -= len(chunk)
    except (OSError, ValueError) as error:
        _log.info("drain_ended", reason=type(error).__name__)


def _database(error: OperationalError) -> ResponseReturnValue:
    text = str(error.orig).lower()
    full = "full" in text or "no space" in text
    _log.error("database_refused", reason=text[:200])
    if full:
        sentence = _(
            "The school’s disk is full: nothing more can be saved. Tell your teacher. What you typed is kept in this page."
        )
    else:
        sentence = translate(Unavailable.default)
    return _answer(503, sentence, code="Unavailable")


def _unexpected(error: Exception) -> ResponseReturnValue:
    if current_app.testing:
        raise error
    _log.exception("unexpected_error", path=request.path)
    sentence = _("Something went wrong on our side. Nothing you did caused it.")
    advice = _("Try again. If it happens once more, tell your teacher this number: %(id)s", id=g.get("request_id", ""))
    return _answer(500, sentence, code="InternalError", advice=advice)


HANDLERS: dict[type[Exception], Callable[..., ResponseReturnValue]] = {
    EtudeError: _refusal,
    NotSignedIn: _to_sign_in,
    CSRFError: _stale_form,
    HTTPException: _http,
    OperationalError: _database,
    Exception: _unexpected,
}
"""What `app.py` registers: the nearest class of an error decides."""
