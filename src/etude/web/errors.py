"""The global error handlers, registered in `app.py`: every error becomes a page or JSON, by what the client asked for.

A refusal of ours (`EtudeError`) shows its sentence. An unexpected error shows an id that the user can quote and that
the log holds with the traceback; in tests it propagates. What each class is called and what helps is in `error_words`.
"""

from __future__ import annotations

import errno
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_input_stream

from etude.core import logging
from etude.core.errors import EtudeError, NotSignedIn, Unavailable
from etude.extensions import limiter
from etude.web import error_words
from etude.web.error_pages import Failure, render
from etude.web.i18n import translate
from etude.web.json_errors import json_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

_log = logging.get(__name__)
DRAIN_BYTES = 200 << 20
"""How much of an oversized body is read away, so that the browser shows our sentence instead of a broken connection."""

DISK_IS_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def wants_json() -> bool:
    """Tell whether the client asked for JSON rather than for a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json" or request.is_json


def _answer(failure: Failure) -> tuple[str | dict[str, str], int]:
    if wants_json():
        return json_error(failure.sentence, failure.status, code=failure.code)
    return render(failure), failure.status


def _refusal(error: EtudeError) -> ResponseReturnValue:
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _drain()
    _log.info("refused", reason=type(error).__name__, status_code=error.status)
    return _answer(Failure(error.status, translate(error.sentence, error.values)))


def _to_sign_in(error: NotSignedIn) -> ResponseReturnValue:
    if wants_json() or request.headers.get("HX-Request"):
        return json_error(translate(error.sentence, error.values), error.status)
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("auth.sign_in", next=target) if target else url_for("auth.sign_in"))


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    # On a page that is open to everybody a missing cookie is no session that has ended.
    is_public = getattr(current_app.view_functions.get(request.endpoint or ""), "is_public", False)
    if not current_user.is_authenticated and (wants_json() or not is_public):
        return _answer(Failure(401, translate(NotSignedIn.default)))
    return _answer(Failure(400, translate(error_words.STALE_FORM), translate(error_words.RELOAD), "StaleForm"))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error
    status = error.code or 500
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _drain()
    answer = _answer(Failure(status, translate(error_words.sentence(status))))
    return (*answer, _when_again()) if status == HTTPStatus.TOO_MANY_REQUESTS else answer


def _when_again() -> dict[str, str]:
    """Return the header that tells a client in how many seconds its limit begins anew."""
    limit = limiter.current_limit
    return {} if limit is None else {"Retry-After": str(max(1, int(limit.reset_at - time.time())))}


def _drain() -> None:
    """Read the rest of the body away, up to a cap.

    What was not read yet is as long as Content-Length says: reading on would wait for ever on a connection kept open.
    """
    left = DRAIN_BYTES
    try:
        if "wsgi.input_terminated" in request.environ:
            stream = request.environ["wsgi.input"]
        else:  # the form parser's own stream knows how far it came; before any parsing nothing was read
            stream = request.__dict__.get("stream") or get_input_stream(request.environ)
        while left > 0 and (chunk := stream.read(min(left, 1 << 16))):
            left -= len(chunk)
    except (OSError, ValueError, HTTPException) as error:
        _log.info("drain_ended", reason=type(error).__name__)


def _database(error: OperationalError) -> ResponseReturnValue:
    text = str(error.orig).lower()
    _log.error("database_refused", reason=text[:200])
    if "full" in text or "no space" in text:
        return _disk_is_full()
    return _answer(Failure(503, translate(Unavailable.default)))


def _disk_is_full() -> ResponseReturnValue:
    return _answer(Failure(503, translate(error_words.DISK_FULL), translate(error_words.DISK_FULL_ADVICE), "DiskFull"))


def _unexpected(error: Exception) -> ResponseReturnValue:
    if isinstance(error, OSError) and error.errno in DISK_IS_FULL:
        _log.error("disk_is_full", path=request.path)
        return _disk_is_full()
    if current_app.testing:
        raise error
    _log.exception("unexpected_error", path=request.path)
    return _answer(Failure(500, translate(error_words.sentence(500))))


HANDLERS: dict[type[Exception], Callable[..., ResponseReturnValue]] = {
    EtudeError: _refusal,
    NotSignedIn: _to_sign_in,
    CSRFError: _stale_form,
    HTTPException: _http,
    OperationalError: _database,
    Exception: _unexpected,
}
"""What `app.py` registers: the nearest class of an error decides."""
