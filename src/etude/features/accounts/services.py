"""Accounts of the school, for the admin's pages and for the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound, Refused
from etude.extensions import db
from etude.features.accounts import mails
from etude.models import Erasure, School, User
from etude.models.user import LinkPurpose, SchoolRole, passwords
from etude.models.user.operations import (
    disable_second_factor,
    end_sessions,
    make_link,
    set_password,
    unlock,
)
from etude.queue import SEND_MAIL, enqueue
from etude.web.i18n import forget_school

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from etude.models.school import SchoolValues

INVITATION_LIFETIME = timedelta(days=7)
RESET_LIFETIME = timedelta(hours=24)


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountValues:
    """What is said of an account."""

    given_name: str
    family_name: str
    login: str
    email: str = ""
    school_role: SchoolRole = SchoolRole.TEACHER


@dataclass(frozen=True, slots=True)
class Handed:
    """What the admin hands to a person: exactly one of a link's token and three words; shown once.

    `is_sent` tells that the link was also sent by e-mail.
    """

    user_id: int
    name: str
    login: str
    token: str = ""
    words: str = ""
    is_sent: bool = False


def _locked(user_id: int, *, deleted: bool = False) -> User:
    user = User.get_any_for_update(db.session, user_id)
    if user is None or user.is_deleted is not deleted:
        raise NotFound
    return user


def create_user(values: AccountValues, password: str = "") -> int:
    """Make an account; return its id. Without a password nobody can sign in before `invite` or `reset_password`.

    Raises:
        Taken: somebody has the user name or the e-mail address.
    """
    password_hash = passwords.make_hash(password) if password else None
    with db.session.begin():
        return _add(values, password_hash).id


def _add(values: AccountValues, password_hash: str | None = None) -> User:
    User.refuse_taken(db.session, values.login, values.email)
    user = User(
        login=values.login,
        given_name=values.given_name,
        family_name=values.family_name,
        email=values.email or None,
        school_role=values.school_role,
        password_hash=password_hash,
    )
    db.session.add(user)
    db.session.flush()
    details = {"name": user.name, "role": user.school_role.value}
    audit.record(db.session, AuditTag.ACCOUNT_CREATED, target=user, details=details)
    return user


def invite(values: AccountValues, address_of: Callable[[str], str] | None, *, at: datetime) -> Handed:
    """Make an account and a one-time link by which the person chooses a password, good for 7 days.

    Args:
        values: the account.
        address_of: gives the link's full address for a token, to send it by e-mail; None sends nothing.
        at: now.

    Raises:
        Taken: somebody has the user name or the e-mail address.
    """
    with db.session.begin():
        user = _add(values)
        return _hand_link(user, LinkPurpose.INVITATION, address_of, at)


def _hand_link(user: User, purpose: LinkPurpose, address_of: Callable[[str], str] | None, at: datetime) -> Handed:
    is_invitation = purpose is LinkPurpose.INVITATION
    lifetime = INVITATION_LIFETIME if is_invitation else RESET_LIFETIME
    token = make_link(db.session, purpose, at=at, lifetime=lifetime, user=user)
    is_sent = bool(address_of and user.email)
    if address_of and user.email:
        write = mails.invitation if is_invitation else mails.reset
        mail = write(user, address_of(token))
        enqueue(db.session, SEND_MAIL, mail.to, mail.subject, mail.text)
    tag = AuditTag.ACCOUNT_INVITED if is_invitation else AuditTag.LINK_CREATED
    audit.record(db.session, tag, target=user, details={"purpose": purpose.value, "sent": is_sent})
    return Handed(user.id, user.name, user.login, token=token, is_sent=is_sent)


def reset_password(user_id: int, address_of: Callable[[str], str] | None, locale: str, *, at: datetime) -> Handed:
    """Let a person in who has forgotten the password: staff get a link for 24 h, students three words.

    Args:
        user_id: whose.
        address_of: gives the link's full address for a token, to send it by e-mail; None sends nothing.
        locale: the language of the three words.
        at: now.

    Raises:
        NotFound: there is no such living account.
    """
    words = passwords.three_words(locale)
    words_hash = passwords.make_hash(words)
    with db.session.begin():
        user = _locked(user_id)
        if user.is_staff:
            is_new = user.password_hash is None
            purpose = LinkPurpose.INVITATION if is_new else LinkPurpose.RESET_PASSWORD
            return _hand_link(user, purpose, address_of, at)
        set_password(db.session, user, words_hash, at=at, is_one_time=True)
        audit.record(db.session, AuditTag.PASSWORD_RESET, target=user)
        return Handed(user.id, user.name, user.login, words=words)


def unlock_user(user_id: int) -> str:
    """Lift the lock of an account; return the name."""
    with db.session.begin():
        user = _locked(user_id)
        unlock(db.session, user)
        audit.record(db.session, AuditTag.ACCOUNT_UNLOCKED, target=user)
        return user.name


def update_user(user_id: int, values: AccountValues) -> None:
    """Change names, user name, e-mail address and school role.

    Raises:
        Taken: somebody has the user name or the e-mail address.
        Refused: the school would be left without an admin.
    """
    with db.session.begin():
        user = _locked(user_id)
        User.refuse_taken(db.session, values.login, values.email, but_id=user_id)
        if values.school_role is not user.school_role:
            _keep_an_admin(user)
            change = [user.school_role.value, values.school_role.value]
            user.school_role = values.school_role
            # Rights have changed: what is open was opened with other ones.
            end_sessions(db.session, user, user.updated_at)
            audit.record(db.session, AuditTag.ACCOUNT_ROLE_CHANGED, target=user, details={"role": change})
        changes = {}
        for name in ("given_name", "family_name", "login", "email"):
            before, after = getattr(user, name) or "", getattr(values, name)
            if before != after:
                setattr(user, name, after or None if name == "email" else after)
                changes[name] = [before, after]
        if changes:
            audit.record(db.session, AuditTag.ACCOUNT_UPDATED, target=user, details=changes)


def _keep_an_admin(user: User) -> None:
    if user.is_admin and User.count_by_role(db.session, SchoolRole.ADMIN) == 1:
        raise Refused(_("The school keeps at least one admin. Make another one first."))


def delete_user(user_id: int, by_id: int | None, *, at: datetime) -> str:
    """Put an account in the bin: signed out, no sign-in, work and marks stay. Return the name.

    Raises:
        Refused: it is the last admin's, or one's own.
    """
    with db.session.begin():
        user = _locked(user_id)
        _keep_an_admin(user)
        if user.id == by_id:
            raise Refused(_("You cannot remove your own account."))
        end_sessions(db.session, user, at)
        user.delete(at, by_id)
        audit.record(db.session, AuditTag.ACCOUNT_DELETED, target=user, details={"name": user.name})
        return user.name


def restore_user(user_id: int) -> str:
    """Take an account out of the bin; return the name.

    Raises:
        Conflict: somebody has taken the user name or the e-mail address meanwhile.
    """
    with db.session.begin():
        user = _locked(user_id, deleted=True)
        if Erasure.get_for(db.session, user_id) is not None:
            raise Conflict(_("This person was erased: there is nothing to restore."))
        try:
            User.refuse_taken(db.session, user.login, user.email or "")
        except Conflict as taken:
            raise Conflict(_("Another account has this user name or e-mail address now.")) from taken
        user.restore()
        audit.record(db.session, AuditTag.ACCOUNT_RESTORED, target=user, details={"name": user.name})
        return user.name


def remove_second_factor(user_id: int) -> str:
    """Ask a person for no codes any more, who has lost the phone and the recovery codes; return the name."""
    with db.session.begin():
        user = _locked(user_id)
        if not user.has_second_factor:
            raise Conflict(_("This account has no second step."))
        disable_second_factor(db.session, user)
        audit.record(db.session, AuditTag.SECOND_FACTOR_DISABLED, target=user)
        return user.name


def list_users(role: SchoolRole | None = None, *, offset: int = 0, limit: int = 100) -> Sequence[User]:
    """Return a page of the living accounts, by family name."""
    return User.get_page(db.session, offset=offset, limit=limit, role=role)


def find_user(login: str) -> User:
    """Return the living account of a user name or e-mail address.

    Raises:
        NotFound: there is none.
    """
    user = User.get_by_login(db.session, login)
    if user is None:
        raise NotFound(_("No account has this user name."))
    return user


def save_school(values: SchoolValues) -> None:
    """Store what the school says of itself."""
    with db.session.begin():
        changes = School.describe(db.session, values)
        if changes:
            audit.record(db.session, AuditTag.SCHOOL_UPDATED, target=School.get(db.session), details=changes)
            forget_school(db.session)
