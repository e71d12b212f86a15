"""What every way in shares: the cookies of a fresh sign-in, where to go next, and the browser in front of us."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import g, redirect, request, session, url_for

from etude.models.user.operations import Visitor
from etude.web.request import DEVICE_COOKIE, SESSION_KEY

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from etude.models.user.operations import SignedIn

DEVICE_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie (RFC 6265bis)."""


def visitor() -> Visitor:
    """Return the browser of this request."""
    return Visitor(request.cookies.get(DEVICE_COOKIE, ""), request.user_agent.string, g.get("address", ""))


def safe_target(target: str) -> str:
    """Return where to go after signing in: a path of this site, or the start page."""
    is_clean = all(c.isprintable() and c != "\\" for c in target)
    parts = urlsplit(target) if is_clean else None
    if parts is None or parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return url_for("pages.home")
    return target


def enter(signed_in: SignedIn, target: str) -> Response:
    """Answer with a fresh session (rotation) and mark the browser as a device of this account."""
    session.clear()
    session[SESSION_KEY] = signed_in.session_secret
    response = redirect(safe_target(target))
    response.set_cookie(
        DEVICE_COOKIE,
        signed_in.device_secret,
        max_age=DEVICE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response
