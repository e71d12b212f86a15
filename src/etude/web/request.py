"""What happens around every request: its id, its address, its log line, the account's session, the headers.

The account is checked in layers, in this order: rate limit, CSRF, session, account state, second factor, permission,
object, form. The first two are extensions; the next three are here; permission and object are in `permissions.py`.
"""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import AnonymousUserMixin, LoginManager, current_user

from etude.core import clock, logging
from etude.core.caching import PRIVATE
from etude.core.errors import NotSignedIn
from etude.extensions import db
from etude.models import User, UserSession
from etude.models.user.session import SEEN_EVERY
from etude.web import i18n

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from itsdangerous import URLSafeTimedSerializer

    from etude.config import Config

_log = logging.get("etude.request")
SESSION_KEY = "sid"
DEVICE_COOKIE = "etude_device"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
REQUEST_ID_HEADER = "X-Request-Id"
QUIET_ENDPOINTS = frozenset({"pages.assets", "pages.health"})


class Nobody(AnonymousUserMixin):  # type: ignore[misc]
    """Who reads a page without having signed in."""

    id = None
    locale = ""
    theme = ""
    zone = ""
    name = ""
    is_admin = False
    is_staff = False


class CookieInterface(SecureCookieSessionInterface):
    """Flask's signed cookie, marked Secure whenever the page came by https: one installation may serve both."""

    _serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what reads and signs the cookie; the key never changes while the application runs."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002  the signature of the parent
        """Tell whether browsers may send the cookie by https only."""
        return request.is_secure


def settings() -> Config:
    """Return the installation's settings."""
    config: Config = current_app.extensions["etude"]
    return config


def prepare(app: Flask) -> None:
    """Register what must run before every extension: an extension may abort before our hooks; `after` always runs."""

    @app.before_request
    def _begin() -> None:
        g.request_id = secrets.token_hex(6)
        g.address = request.remote_addr or ""
        g.started = time.perf_counter()
        logging.clear()
        logging.bind(request_id=g.request_id)
        i18n.read_choice()

    @app.after_request
    def _end(response: Response) -> Response:
        _set_headers(response)
        i18n.keep_choice(response)
        if request.endpoint not in QUIET_ENDPOINTS:
            elapsed_ms = round((time.perf_counter() - g.started) * 1000, 1)
            _log.info("request", method=request.method, path=_path(), status_code=response.status_code, ms=elapsed_ms)
        return response


SECRET_ARGUMENTS = ("token", "code", "class_code")


def _path() -> str:
    """Return the path for the log: a one-time link's own secret is left out of it."""
    arguments = request.view_args or {}
    path = request.path
    for name in SECRET_ARGUMENTS:
        if secret := str(arguments.get(name, "")):
            path = path.replace(secret, "[hidden]")
    return path


def nonce() -> str:
    """Return the style nonce of this page: only pages with an editor ask for one."""
    if not hasattr(g, "nonce"):
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def _policy() -> str:
    style = f"'self' 'nonce-{g.nonce}'" if hasattr(g, "nonce") else "'self'"
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {style}",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "frame-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def is_trustworthy() -> bool:
    """Tell whether browsers trust this address: https, or this very computer.

    Elsewhere they ignore the headers that isolate a page, and complain of each on the console.
    """
    host = urlsplit(f"//{request.host}").hostname or ""
    return request.is_secure or host in LOOPBACK or host.endswith(".localhost")


def isolate(response: Response) -> None:
    """Isolate a page or a worker from other sites, which gives its Python a keyboard (SharedArrayBuffer)."""
    if is_trustworthy():
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"


def _set_headers(response: Response) -> None:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers.setdefault("X-Frame-Options", "DENY")
    headers["Permissions-Policy"] = "geolocation=(), microphone=(), payment=(), usb=()"
    if is_trustworthy():
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers[REQUEST_ID_HEADER] = g.request_id
    headers.setdefault("Cache-Control", PRIVATE)
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def check_account(app: Flask, login_manager: LoginManager) -> None:
    """Register the layers session, account state and second factor, which every signed-in request passes."""
    app.session_interface = CookieInterface()
    login_manager.init_app(app)
    login_manager.anonymous_user = Nobody
    login_manager.session_protection = None  # the session's row decides, not the address: phones change theirs

    @login_manager.request_loader  # type: ignore[untyped-decorator]
    def _load(_request: Request) -> User | None:
        return _find_user()

    @app.before_request
    def _check() -> ResponseReturnValue | None:
        if not current_user.is_authenticated:
            return None
        logging.bind(user_id=current_user.id)
        return None if getattr(_view(), "is_public", False) else _missing_step()


FIRST_STEPS = frozenset({"auth.sign_out", "auth.ask_code"})
"""Where an account may go before it has given its second factor."""
SECOND_STEPS = FIRST_STEPS | {"auth.change_password"}
"""Where an account may go before it has a password of its own."""


def _view() -> object:
    return current_app.view_functions.get(request.endpoint or "")


def _missing_step() -> ResponseReturnValue | None:
    """Return where the account must go first: the second factor, then a password of its own."""
    if current_user.has_second_factor and g.user_session.second_factor_at is None:
        return None if request.endpoint in FIRST_STEPS else _send_to("auth.ask_code")
    if current_user.must_change_password and request.endpoint not in SECOND_STEPS:
        return _send_to("auth.change_password")
    return None


def _send_to(endpoint: str) -> ResponseReturnValue:
    """Answer with the page of a missing step; what asks for JSON or a fragment is told in its own way."""
    if request.is_json or request.headers.get("HX-Request"):
        raise NotSignedIn
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for(endpoint, next=target) if target else url_for(endpoint))


def _find_user() -> User | None:
    """Return the account of this request's cookie, if its session is still open: one query."""
    secret = session.get(SESSION_KEY)
    if not secret:
        return None
    found = UserSession.get_by_secret(db.session, secret)
    at = clock.now()
    if found is None or not found.is_open(at, timedelta(minutes=settings().idle_minutes)):
        return None
    if at - found.last_seen_at > SEEN_EVERY and not request.path.startswith("/events/"):
        found = _note_seen(secret, at)
    g.user_session = found
    return found.user if found is not None else None


def _note_seen(secret: str, at: datetime) -> UserSession | None:
    """Write that the session was seen, at most every five minutes: a page view is not a write."""
    with db.session.begin():
        found = UserSession.get_by_secret(db.session, secret)
        if found is not None:
            found.last_seen_at = at
            found.user.last_seen_at = at
    return found
