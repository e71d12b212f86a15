"""Writes on accounts that several features share; they take the session and never commit."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.user.link import LinkPurpose, OneTimeLink
from etude.models.user.session import UserSession, digest
from etude.models.user.user import User, fold_login

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TOKEN_BYTES = 24


def make_link(
    session: Session, purpose: LinkPurpose, *, at: datetime, lifetime: timedelta, user: User | None = None
) -> str:
    """Store a one-time link and return its token, which is shown once and never stored.

    Older unused links of the same purpose and account stop working.
    """
    session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None))
        .where(OneTimeLink.user_id == user.id if user is not None else OneTimeLink.user_id.is_(None))
        .values(used_at=at)
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        OneTimeLink(
            token_hash=digest(token),
            purpose=purpose,
            user_id=user.id if user is not None else None,
            user_epoch=user.session_epoch if user is not None else 0,
            made_at=at,
            expires_at=at + lifetime,
        )
    )
    return token


def free_login(session: Session, given_name: str, family_name: str) -> str:
    """Return a user name nobody has: `emma.tremblay`, or `emma.tremblay2` for the second of that name."""
    parts = [
        "".join(c if c.isascii() and c.isalnum() else "-" for c in fold_login(name)).strip("-")
        for name in (given_name, family_name)
    ]
    stem = ".".join(part for part in parts if part) or "student"
    taken = User.get_logins_like(session, stem)
    number = 1
    while fold_login(login := stem if number == 1 else f"{stem}{number}") in taken:
        number += 1
    return login


def end_sessions(session: Session, user: User, at: datetime) -> None:
    """End every sign-in of an account, on every device."""
    user.session_epoch += 1
    session.execute(
        sa.update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None)).values(ended_at=at)
    )
