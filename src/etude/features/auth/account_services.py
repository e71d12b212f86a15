"""What a person does with the own account: password, profile, second factor, sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound
from etude.extensions import db
from etude.features.auth import phone_secrets
from etude.models import RecoveryCode, User, UserSession
from etude.models.user import passwords, totp
from etude.models.user.operations import (
    SignedIn,
    Visitor,
    counter_of,
    disable_second_factor,
    end_sessions,
    set_password,
)
from etude.web.entering import let_in

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class Check(Enum):
    """What came of asking for the present password."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What everybody may say of themselves."""

    locale: str
    theme: str
    zone: str
    given_name: str = ""
    family_name: str = ""
    """Only staff change their name; "" leaves it."""


def _is_present(user: User, password: str) -> bool:
    return passwords.is_right(user.password_hash, password)


def _note(user: User, visitor: Visitor, *, is_right: bool, at: datetime) -> Check:
    """Count a wrong present password like one at sign-in: an open browser is no place to guess."""
    counter = counter_of(db.session, user, visitor)
    if counter.is_locked(at):
        return Check.LOCKED
    if is_right:
        return Check.RIGHT
    counter.note_failed_login(at)
    audit.record(db.session, AuditTag.LOGIN_FAILED, target=user, details={"failures": counter.failed_logins})
    return Check.LOCKED if counter.is_locked(at) else Check.WRONG


def change_password(
    session_id: int, present: str | None, new: str, *, visitor: Visitor, at: datetime
) -> tuple[Check, SignedIn | None]:
    """Give the account of a sign-in a new password; every sign-in ends, and this browser is given a fresh one.

    `present` is None only for a one-time password, with which the person signed in a moment ago.
    """
    known = _user_of(session_id)
    is_right = (present is None and known.must_change_password) or _is_present(known, present or "")
    new_hash = passwords.make_hash(new) if is_right else ""
    with db.session.begin():
        old = db.session.get(UserSession, session_id)
        user = User.get_for_update(db.session, known.id)
        if old is None or user is None:
            raise NotFound
        checked = _note(user, visitor, is_right=is_right, at=at)
        if checked is not Check.RIGHT:
            return checked, None
        second_factor_at = old.second_factor_at
        set_password(db.session, user, new_hash, at=at, is_one_time=False)
        audit.record(db.session, AuditTag.PASSWORD_CHANGED, target=user)
        return checked, let_in(db.session, user, visitor, at=at, second_factor_at=second_factor_at)


def _user_of(session_id: int) -> User:
    row = db.session.get(UserSession, session_id)
    user = db.session.get(User, row.user_id) if row else None
    if user is None:
        raise NotFound
    return user


def save_profile(user_id: int, profile: Profile) -> None:
    """Store language, theme, zone and, for staff, the name shown."""
    with db.session.begin():
        user = User.get_for_update(db.session, user_id)
        if user is None:
            raise NotFound
        user.locale, user.theme, user.zone = profile.locale, profile.theme, profile.zone
        before = user.name
        if profile.given_name and user.is_staff:
            user.given_name, user.family_name = profile.given_name, profile.family_name
        if user.name != before:
            audit.record(db.session, AuditTag.ACCOUNT_UPDATED, target=user, details={"name": [before, user.name]})


def enable_second_factor(session_id: int, secret: str, code: str, *, at: datetime) -> list[str]:
    """Ask for one-time codes from now on; return the recovery codes, or nothing when `code` does not fit the secret.

    Other sign-ins of the account end; the one that proved the code goes on.

    Raises:
        Conflict: the account asks for codes already (another tab was faster).
    """
    step = totp.find_step(secret, code, at)
    if step is None:
        return []
    known = _user_of(session_id)
    with db.session.begin():
        user = User.get_for_update(db.session, known.id)
        row = db.session.get(UserSession, session_id)
        if user is None or row is None or not user.is_staff:
            raise NotFound
        if user.has_second_factor:
            raise Conflict
        phone_secrets.keep(user, secret)
        user.totp_last_step = step
        end_sessions(db.session, user, at)
        db.session.flush()
        row.ended_at, row.epoch, row.second_factor_at = None, user.session_epoch, at
        codes = RecoveryCode.replace_all(db.session, user.id)
        audit.record(db.session, AuditTag.SECOND_FACTOR_ENABLED, target=user)
        return codes


def remove_second_factor(user_id: int, password: str, *, visitor: Visitor, at: datetime) -> Check:
    """Ask for no codes any more; the present password is needed."""
    known = db.session.get(User, user_id)
    is_right = known is not None and _is_present(known, password)
    with db.session.begin():
        user = User.get_for_update(db.session, user_id)
        if user is None:
            raise NotFound
        checked = _note(user, visitor, is_right=is_right, at=at)
        if checked is Check.RIGHT:
            disable_second_factor(db.session, user)
            audit.record(db.session, AuditTag.SECOND_FACTOR_DISABLED, target=user)
        return checked


def renew_recovery_codes(user_id: int, password: str, *, visitor: Visitor, at: datetime) -> tuple[Check, list[str]]:
    """Make new recovery codes instead of the old ones; the present password is needed."""
    known = db.session.get(User, user_id)
    is_right = known is not None and _is_present(known, password)
    with db.session.begin():
        user = User.get_for_update(db.session, user_id)
        if user is None or not user.has_second_factor:
            raise NotFound
        checked = _note(user, visitor, is_right=is_right, at=at)
        if checked is not Check.RIGHT:
            return checked, []
        codes = RecoveryCode.replace_all(db.session, user.id)
        audit.record(db.session, AuditTag.SECOND_FACTOR_ENABLED, target=user, details={"recovery_codes": len(codes)})
        return checked, codes


def list_sessions(user_id: int, *, at: datetime, idle: timedelta) -> list[UserSession]:
    """Return the sign-ins of an account that may still be in use, newest first."""
    return list(UserSession.get_open_for(db.session, user_id, seen_since=at - idle))


def end_session(user_id: int, session_id: int, *, at: datetime) -> None:
    """End one sign-in of one's own.

    Raises:
        NotFound: there is none of this number among one's own.
    """
    with db.session.begin():
        row = db.session.get(UserSession, session_id)
        user = db.session.get(User, user_id)
        if row is None or row.user_id != user_id:
            raise NotFound
        if row.ended_at is None:
            row.ended_at = at
            audit.record(db.session, AuditTag.SESSION_REVOKED, target=user, details={"browser": row.browser})


def end_other_sessions(session_id: int, *, at: datetime) -> int:
    """End every sign-in of one's own but this one; return how many there were."""
    with db.session.begin():
        own = db.session.get(UserSession, session_id)
        user = User.get_for_update(db.session, own.user_id) if own else None
        if own is None or user is None:
            raise NotFound
        others = UserSession.count_open(db.session, user.id) - 1
        end_sessions(db.session, user, at)
        db.session.flush()
        own.ended_at, own.epoch = None, user.session_epoch
        audit.record(db.session, AuditTag.SESSION_REVOKED, target=user, details={"count": others})
        return others
