"""What every way in shares: rows and cookies of a fresh sign-in, where to go next, the browser in front of us."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import g, redirect, request, session, url_for

from etude import audit
from etude.audit import AuditTag
from etude.models import UserSession
from etude.models.user.operations import Visitor, open_session
from etude.web.request import DEVICE_COOKIE, SESSION_KEY

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from etude.models import User
    from etude.models.user.operations import SignedIn

DEVICE_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie (RFC 6265bis)."""


def visitor() -> Visitor:
    """Return the browser of this request."""
    return Visitor(
        device_secret=request.cookies.get(DEVICE_COOKIE, ""),
        browser=request.user_agent.string,
        address=g.get("address", ""),
        session_secret=session.get(SESSION_KEY, ""),
    )


def let_in(
    transaction: Session, user: User, visitor: Visitor, *, at: datetime, second_factor_at: datetime | None = None
) -> SignedIn:
    """Add the rows of a successful sign-in, in the open transaction; every way in comes through here.

    Whoever was still signed in on this browser is signed out, audited: the cookie is about to be replaced, and a row
    left open would be a sign-in that nobody can end by signing out.
    """
    before = UserSession.get_by_secret(transaction, visitor.session_secret) if visitor.session_secret else None
    if before is not None and before.ended_at is None:
        before.ended_at = at
        details = {"replaced_by": user.name} if before.user_id != user.id else {}
        audit.record(transaction, AuditTag.LOGOUT, target=before.user, actor_id=before.user_id, details=details)
    return open_session(transaction, user, visitor, at=at, second_factor_at=second_factor_at)


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
