"""Whom a rate limit counts: the sign-in or the account, for a whole class has one address."""

from __future__ import annotations

from flask import session
from flask_limiter.util import get_remote_address
from flask_login import current_user

from etude.models.user.session import digest
from etude.web.request import SESSION_KEY


def by_session() -> str:
    """Return the key under which this browser's sign-in is counted; its address when nobody is signed in."""
    secret = session.get(SESSION_KEY)
    return digest(secret) if secret else str(get_remote_address())


def by_account() -> str:
    """Return the key under which a person is counted, in however many browsers; as `by_session` for nobody."""
    return f"account:{current_user.id}" if current_user.is_authenticated else by_session()
