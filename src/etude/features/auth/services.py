"""Signing in and out. One public function is one transaction; a refusal returns, so that its count is committed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Gone
from etude.extensions import db
from etude.features.auth import phone_secrets
from etude.features.auth.unknown_logins import unknown_logins
from etude.models import KnownDevice, OneTimeLink, RecoveryCode, School, User, UserSession
from etude.models.course.roster import adopt_courses
from etude.models.user import LinkPurpose, SchoolRole, passwords, totp
from etude.models.user.operations import SignedIn, Visitor, counter_of, greet_device
from etude.web.entering import let_in
from etude.web.i18n import forget_school

if TYPE_CHECKING:
    from datetime import datetime

    from etude.features.auth.forms import NewPerson
    from etude.models.school import SchoolValues


class Refusal(Enum):
    """Why somebody was not let in. Unknown account, no password yet and wrong password are one and the same."""

    WRONG = "wrong"
    LOCKED = "locked"
    UNREADABLE = "unreadable"
    """The phone's codes cannot be checked: the school was restored without its key."""


@dataclass(frozen=True, slots=True)
class SignInOutcome:
    """How a sign-in ended: either `signed_in`, or why not and, for a lock, until when."""

    signed_in: SignedIn | None
    refusal: Refusal | None = None
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodeOutcome:
    """How a second factor was taken: `refusal` is None when it was right."""

    refusal: Refusal | None = None
    locked_until: datetime | None = None
    codes_left: int | None = None
    """How many recovery codes are left, when one was used."""
    is_phone_unknown: bool = False
    """The school was restored without its key: the phone has to be set up again."""


def sign_in(login: str, password: str, *, visitor: Visitor, at: datetime) -> SignInOutcome:
    """Check a password; wrong ones in a row lock the account, or only the known device they were typed on.

    Never raises for bad credentials: the count must be committed. Unknown, locked and wrong cost the same hashing
    time, and the hash, slow on purpose, is computed before the transaction: a write lock held over it would stall
    every other user.
    """
    known = User.get_by_login(db.session, login)
    typed = passwords.as_three_words(password) if known and known.must_change_password else password
    checked_hash = known.password_hash if known else None
    right = passwords.is_right(checked_hash, typed)
    is_old = right and passwords.needs_rehash(checked_hash or "")
    new_hash = passwords.make_hash(typed) if is_old else ""
    with db.session.begin():
        user = User.get_for_update(db.session, known.id) if known else None
        if user is None:
            return _refuse_unknown(login, at)
        counter = counter_of(db.session, user, visitor)
        if counter.is_locked(at):
            audit.record(db.session, AuditTag.LOGIN_FAILED, target=user, details={"locked": True})
            return SignInOutcome(None, Refusal.LOCKED, counter.locked_until)
        if not right or user.password_hash != checked_hash:
            return SignInOutcome(None, *_count_failure(user, counter, AuditTag.LOGIN_FAILED, at))
        if new_hash:
            user.password_hash = new_hash
        audit.record(db.session, AuditTag.LOGIN_SUCCEEDED, target=user, actor_id=user.id)
        return SignInOutcome(let_in(db.session, user, visitor, at=at))


def _refuse_unknown(login: str, at: datetime) -> SignInOutcome:
    """Refuse a user name that nobody has; it is not written down: people type their password there by mistake."""
    locked_until = unknown_logins().note_try(login, at)
    audit.record(db.session, AuditTag.LOGIN_FAILED)
    return SignInOutcome(None, Refusal.LOCKED if locked_until else Refusal.WRONG, locked_until)


def _count_failure(
    user: User, counter: User | KnownDevice, tag: AuditTag, at: datetime
) -> tuple[Refusal, datetime | None]:
    counter.note_failed_login(at)
    audit.record(db.session, tag, target=user, details={"failures": counter.failed_logins})
    if not counter.is_locked(at):
        return Refusal.WRONG, None
    audit.record(db.session, AuditTag.LOGIN_LOCKED, target=user, details={"until": str(counter.locked_until)})
    return Refusal.LOCKED, counter.locked_until


def check_code(session_id: int, code: str, *, visitor: Visitor, at: datetime) -> CodeOutcome:
    """Take the second factor of a sign-in: a code of the person's device, never the same twice, or a recovery code.

    Wrong codes count as wrong passwords do; the one that locks ends the sign-in.
    """
    with db.session.begin():
        sign_in_row = db.session.get(UserSession, session_id)
        user = User.get_for_update(db.session, sign_in_row.user_id) if sign_in_row else None
        if sign_in_row is None or user is None:
            return CodeOutcome(Refusal.WRONG)
        counter = counter_of(db.session, user, visitor)
        if counter.is_locked(at):
            sign_in_row.ended_at = at
            return CodeOutcome(Refusal.LOCKED, counter.locked_until)
        secret = phone_secrets.read(user)
        if secret is None and totp.is_code(code):
            return CodeOutcome(Refusal.UNREADABLE, is_phone_unknown=True)
        is_right, codes_left = _use_code(user, secret or "", code, at)
        if not is_right:
            refusal, locked_until = _count_failure(user, counter, AuditTag.SECOND_FACTOR_FAILED, at)
            if refusal is Refusal.LOCKED:
                sign_in_row.ended_at = at
            return CodeOutcome(refusal, locked_until)
        sign_in_row.second_factor_at = at
        greet_device(db.session, user, visitor.device_secret, at)
        return CodeOutcome(codes_left=codes_left, is_phone_unknown=secret is None)


def _use_code(user: User, secret: str, code: str, at: datetime) -> tuple[bool, int | None]:
    """Return whether a code is right, used up from now on, and for a recovery code how many are left."""
    step = totp.find_step(secret, code, at)
    if step is not None and step > user.totp_last_step:
        user.totp_last_step = step
        return True, None
    recovery = RecoveryCode.get_unused(db.session, user.id, code)
    if recovery is None:
        return False, None
    recovery.used_at = at
    db.session.flush()
    left = RecoveryCode.count_unused(db.session, user.id)
    audit.record(db.session, AuditTag.SECOND_FACTOR_RECOVERED, target=user, details={"left": left})
    return True, left


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


def create_admin(token: str, person: NewPerson, school: SchoolValues, *, visitor: Visitor, at: datetime) -> SignedIn:
    """Create the first admin's account, describe the school, use the link up, and sign the person in.

    Courses that nobody teaches yet, such as the sample course, become the admin's.

    Raises:
        Gone: the link was used meanwhile.
        Taken: somebody has the user name or the e-mail address.
    """
    password_hash = passwords.make_hash(person.password)
    with db.session.begin():
        link = OneTimeLink.get_by_token(db.session, token, LinkPurpose.CREATE_ADMIN)
        if link is None or not link.is_usable(at):
            raise Gone
        User.refuse_taken(db.session, person.login, person.email)
        link.used_at = at
        user = User(
            login=person.login,
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email or None,
            school_role=SchoolRole.ADMIN,
            password_hash=password_hash,
            claimed_at=at,
        )
        db.session.add(user)
        db.session.flush()
        audit.record(db.session, AuditTag.ACCOUNT_ADMIN_CREATED, target=user, actor_id=user.id)
        changes = School.describe(db.session, school)
        if changes:
            audit.record(db.session, AuditTag.SCHOOL_UPDATED, actor_id=user.id, details=changes)
            forget_school(db.session)
        adopt_courses(db.session, user.id)
        return let_in(db.session, user, visitor, at=at)
