"""What happens around every request: its id, its address, its log line, the account's session, the headers.

The account is checked in layers, in this order: rate limit, CSRF, session, account state, second factor, permission,
object, form. The first two are extensions; the next three are here; permission and object are in `permissions.py`.
"""

from __future__ import annotations

import re
import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask_login import AnonymousUserMixin, LoginManager, current_user

from etude.core import clock, logging
from etude.core.caching import PRIVATE
from etude.extensions import db
from etude.models import User, UserSession
from etude.models.user.session import SEEN_EVERY
from etude.web import i18n

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.config import Config

_log = logging.get("etude.request")
SESSION_KEY = "sid"
DEVICE_COOKIE = "etude_device"
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


def settings() -> Config:
    """Return the installation's settings."""
    config: Config = current_app.extensions["etude"]
    return config


def prepare(app: Flask) -> None:
    """Register what must run before every extension: an extension may abort before our hooks while `after` always runs."""

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
            _log.info(
                "request", method=request.method, path=request.path, status_code=response.status_code, ms=elapsed_ms
            )
        return response


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


def _set_headers(response: Response) -> None:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers.setdefault("X-Frame-Options", "DENY")
    headers["Permissions-Policy"] = "geolocation=(), microphone=(), payment=(), usb=()"
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers[REQUEST_ID_HEADER] = g.request_id
    headers.setdefault("Cache-Control", PRIVATE)
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def check_account(app: Flask, login_manager: LoginManager) -> None:
    """Register the layers session, account state and second factor, which every signed-in request passes."""
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
        if request.endpoint in ALWAYS_OPEN or getattr(_view(), "is_public", False):
            return None
        return _missing_step()


ALWAYS_OPEN = frozenset({"auth.sign_out", "auth.change_password", "auth.ask_code"})


def _view() -> object:
    return current_app.view_functions.get(request.endpoint or "")


def _missing_step() -> ResponseReturnValue | None:
    """Return where the account must go first: the second factor, then a password of its own."""
    if current_user.has_second_factor and g.user_session.second_factor_at is None:
        return redirect(url_for("auth.ask_code", next=request.full_path))
    if current_user.must_change_password:
        return redirect(url_for("auth.change_password"))
    return None


def _find_user() -> User | None:
    """Return the account of this request's cookie, if its session is still open; note that it was seen."""
    secret = session.get(SESSION_KEY)
    if not secret:
        return None
    found = UserSession.get_by_secret(db.session, secret)
    at = clock.now()
    if found is None or not found.is_open(at, timedelta(minutes=settings().idle_minutes)):
        return None
    if at - found.last_seen_at > SEEN_EVERY and not re.match(r"/events/", request.path):
        with db.session.begin():
            db.session.refresh(found)
            found.last_seen_at = at
            found.user.last_seen_at = at
    g.user_session = found
    return found.user
