"""Writes on accounts that several features share; they take the session and never commit."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.user.device import KnownDevice
from etude.models.user.folding import fold_login
from etude.models.user.link import LinkPurpose, OneTimeLink
from etude.models.user.recovery import RecoveryCode
from etude.models.user.session import UserSession, digest
from etude.models.user.user import User

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

TOKEN_BYTES = 24
SECRET_BYTES = 32
DEVICE_SECRET_CHARS = range(20, 65)
"""How long a device's secret is: a shorter or longer cookie is not one of ours."""
BROWSER_CHARS = 160


@dataclass(frozen=True, slots=True)
class Visitor:
    """The browser in front of us: the secret of its device cookie ("" for none), its name, its address.

    `session_secret` is that of the sign-in it still holds, perhaps somebody else's; "" for none.
    """

    device_secret: str
    browser: str
    address: str = ""
    session_secret: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the browser is given to keep."""

    session_secret: str
    device_secret: str


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
    stem = login_stem(given_name, family_name)
    return number_login(stem, User.get_logins_like(session, stem))


def login_stem(given_name: str, family_name: str) -> str:
    """Return the user name that a name wishes for: plain letters and digits, at most 60 characters."""
    parts = [
        "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in fold_login(name)).split())
        for name in (given_name, family_name)
    ]
    return ".".join(part for part in parts if part)[:60].strip(".-") or "student"


def number_login(stem: str, taken: set[str]) -> str:
    """Return the first of `stem`, `stem2`, `stem3`… that is not among the taken ones (folded)."""
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


def set_password(session: Session, user: User, password_hash: str, *, at: datetime, is_one_time: bool) -> None:
    """Give an account a password: it is signed out everywhere, and its locks are lifted, on its devices too.

    A student's own password makes the account theirs (`claimed_at`); a one-time password must be changed first.
    """
    user.set_password_hash(password_hash, must_change=is_one_time)
    if not is_one_time and user.claimed_at is None:
        user.claimed_at = at
    unlock(session, user)
    _end_rows(session, user, at)


def forget_password(session: Session, user: User, *, at: datetime) -> None:
    """Make an account a name that can be claimed again: no password, no sign-in, no device."""
    user.set_password_hash(None)
    user.claimed_at = None
    _end_rows(session, user, at)
    session.execute(sa.delete(KnownDevice).where(KnownDevice.user_id == user.id))


def _end_rows(session: Session, user: User, at: datetime) -> None:
    session.execute(
        sa.update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None)).values(ended_at=at)
    )


def unlock(session: Session, user: User) -> None:
    """Forget the wrong passwords of an account, and those typed on its own devices."""
    user.unlock()
    session.execute(
        sa.update(KnownDevice)
        .where(KnownDevice.user_id == user.id, KnownDevice.failed_logins > 0)
        .values(failed_logins=0, locked_until=None)
    )


def counter_of(session: Session, user: User, visitor: Visitor) -> User | KnownDevice:
    """Return what counts the wrong passwords typed on a browser: the browser itself, if the account knows it."""
    known = KnownDevice.get_for(session, user.id, visitor.device_secret) if visitor.device_secret else None
    return known or user


def disable_second_factor(session: Session, user: User) -> None:
    """Remove the one-time codes of an account and its recovery codes."""
    user.totp_secret = None
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def open_session(
    session: Session, user: User, visitor: Visitor, *, at: datetime, second_factor_at: datetime | None = None
) -> SignedIn:
    """Add the rows of a successful sign-in.

    While a second factor is still to come, the account's wrong passwords stay counted and the device stays unknown:
    who has stolen the password only must not gain tries by it.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    is_ours = len(visitor.device_secret) in DEVICE_SECRET_CHARS
    device_secret = visitor.device_secret if is_ours else secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        UserSession(
            user_id=user.id,
            secret_hash=digest(secret),
            epoch=user.session_epoch,
            started_at=at,
            last_seen_at=at,
            second_factor_at=second_factor_at,
            address=visitor.address,
            browser=visitor.browser[:BROWSER_CHARS],
        )
    )
    if not user.has_second_factor or second_factor_at is not None:
        greet_device(session, user, device_secret, at)
    return SignedIn(secret, device_secret)


def greet_device(session: Session, user: User, device_secret: str, at: datetime) -> None:
    """Remember that this browser signed in to this account, and forget the wrong passwords."""
    device = KnownDevice.get_for(session, user.id, device_secret)
    if device is None:
        device = KnownDevice(user_id=user.id, secret_hash=digest(device_secret), first_used_at=at, last_used_at=at)
        session.add(device)
    device.failed_logins, device.locked_until, device.last_used_at = 0, None, at
    user.unlock()
    user.last_seen_at = at
