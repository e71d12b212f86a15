"""Signing in and out. One public function is one transaction; a refusal returns, so that its count is committed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Gone
from etude.extensions import db
from etude.features.auth import passwords
from etude.features.auth.forms import NewPerson
from etude.models import KnownDevice, OneTimeLink, User, UserSession
from etude.models.user import LinkPurpose, SchoolRole
from etude.models.user.session import digest

BROWSER_CHARS = 120


class Refusal(Enum):
    """Why a sign-in was refused. Unknown account, no password yet and wrong password are one: nothing is given away."""

    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The browser in front of us: the secret of its device cookie, if it has one, and its name."""

    device_secret: str
    browser: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the browser is given to keep."""

    session_secret: str
    device_secret: str


@dataclass(frozen=True, slots=True)
class SignInOutcome:
    """How a sign-in ended: either `signed_in`, or why not and, for a lock, until when."""

    signed_in: SignedIn | None
    refusal: Refusal | None = None
    locked_until: datetime | None = None


def sign_in(login: str, password: str, *, visitor: Visitor, at: datetime) -> SignInOutcome:
    """Check a password; wrong ones in a row lock the account, or only the known device they were typed on.

    Never raises for bad credentials: the count must be committed. Unknown, locked and wrong cost the same hashing
    time, and the hash, slow on purpose, is computed before the transaction: a write lock held over it would stall
    every other user.
    """
    known = User.get_by_login(db.session, login)
    right = passwords.is_right(known.password_hash if known else None, password)
    new_hash = (
        passwords.make_hash(password) if right and known and passwords.needs_rehash(known.password_hash or "") else ""
    )
    with db.session.begin():
        user = User.get_for_update(db.session, known.id) if known else None
        if user is None:
            audit.record(db.session, AuditTag.LOGIN_FAILED, details={"login": login[:80]})
            return SignInOutcome(None, Refusal.WRONG)
        device = KnownDevice.get_for(db.session, user.id, visitor.device_secret) if visitor.device_secret else None
        counter = device or user
        if counter.is_locked(at):
            audit.record(db.session, AuditTag.LOGIN_FAILED, target=user, details={"locked": True})
            return SignInOutcome(None, Refusal.LOCKED, counter.locked_until)
        if not right:
            return _refuse(user, counter, at)
        if new_hash:
            user.password_hash = new_hash
        return SignInOutcome(_open_session(user, device, visitor, at))


def _refuse(user: User, counter: User | KnownDevice, at: datetime) -> SignInOutcome:
    counter.note_failed_login(at)
    audit.record(db.session, AuditTag.LOGIN_FAILED, target=user, details={"failures": counter.failed_logins})
    if counter.is_locked(at):
        audit.record(db.session, AuditTag.LOGIN_LOCKED, target=user, details={"until": str(counter.locked_until)})
        return SignInOutcome(None, Refusal.LOCKED, counter.locked_until)
    return SignInOutcome(None, Refusal.WRONG)


def _open_session(user: User, device: KnownDevice | None, visitor: Visitor, at: datetime) -> SignedIn:
    """Add the rows of a successful sign-in, in the open transaction."""
    secret = secrets.token_urlsafe(32)
    device_secret = visitor.device_secret if device else secrets.token_urlsafe(24)
    if device is None:
        device = KnownDevice(user_id=user.id, secret_hash=digest(device_secret), first_used_at=at, last_used_at=at)
        db.session.add(device)
    device.failed_logins, device.locked_until, device.last_used_at = 0, None, at
    user.unlock()
    user.last_seen_at = at
    db.session.add(
        UserSession(
            user_id=user.id,
            secret_hash=digest(secret),
            epoch=user.session_epoch,
            started_at=at,
            last_seen_at=at,
            browser=visitor.browser[:BROWSER_CHARS],
        )
    )
    audit.record(db.session, AuditTag.LOGIN_SUCCEEDED, target=user, actor_id=user.id)
    return SignedIn(secret, device_secret)


def sign_out(session_secret: str, *, at: datetime) -> None:
    """End the session of this cookie."""
    with db.session.begin():
        found = UserSession.get_by_secret(db.session, session_secret)
        if found is not None and found.ended_at is None:
            found.ended_at = at
            audit.record(db.session, AuditTag.LOGOUT, target=found.user, actor_id=found.user_id)


def check_admin_link(token: str, *, at: datetime) -> None:
    """Check that a first-admin link still works, without using it up.

    Raises:
        Gone: it was used, is too old, or never existed.
    """
    link = OneTimeLink.get_by_token(db.session, token, LinkPurpose.CREATE_ADMIN)
    if link is None or not link.is_usable(at):
        raise Gone


def create_admin(token: str, person: NewPerson, *, visitor: Visitor, at: datetime) -> SignedIn:
    """Create the first admin's account, use the link up, and sign the person in.

    Raises:
        Gone: the link was used meanwhile.
    """
    password_hash = passwords.make_hash(person.password)
    with db.session.begin():
        link = OneTimeLink.get_by_token(db.session, token, LinkPurpose.CREATE_ADMIN)
        if link is None or not link.is_usable(at):
            raise Gone
        link.used_at = at
        user = User(
            login=person.login,
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email or None,
            school_role=SchoolRole.ADMIN,
            password_hash=password_hash,
        )
        db.session.add(user)
        db.session.flush()
        audit.record(db.session, AuditTag.ACCOUNT_ADMIN_CREATED, target=user, actor_id=user.id)
        return _open_session(user, None, visitor, at)
