"""One-time links: asking for one when the password is forgotten, and choosing a password with one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Gone
from etude.extensions import db
from etude.features.auth import mails
from etude.models import OneTimeLink, User
from etude.models.user import LinkPurpose, passwords
from etude.models.user.operations import SignedIn, Visitor, make_link, set_password
from etude.queue import SEND_MAIL, enqueue
from etude.web.entering import let_in

if TYPE_CHECKING:
    from collections.abc import Callable

RESET_LIFETIME = timedelta(hours=1)


def send_reset_link(login: str, address_of: Callable[[str], str], *, at: datetime) -> None:
    """Send a link to choose a new password to the account's e-mail address, if there is such an account and address.

    Whether there is one is told to nobody: what is returned is the same, and what is done costs the same but for
    writing the e-mail. For nobody a link is stored too, which opens nothing.

    Args:
        login: user name or e-mail address, as typed.
        address_of: gives the link's full address for a token.
        at: now.
    """
    known = User.get_by_login(db.session, login)
    with db.session.begin():
        user = User.get_for_update(db.session, known.id) if known else None
        reader = user if user is not None and user.email else None
        token = make_link(db.session, LinkPurpose.RESET_PASSWORD, at=at, lifetime=RESET_LIFETIME, user=reader)
        if reader is None:
            audit.record(db.session, AuditTag.LINK_CREATED)
            return
        mail = mails.reset_password(reader, address_of(token))
        enqueue(db.session, SEND_MAIL, mail.to, mail.subject, mail.text)
        audit.record(db.session, AuditTag.LINK_CREATED, target=reader, details={"purpose": "reset_password"})


def find_person(purpose: LinkPurpose, token: str, *, at: datetime) -> User:
    """Return whom a link is for, without using it up.

    Raises:
        Gone: it was used, is too old, or never existed; or the account's password was changed since.
    """
    return _usable(purpose, token, at)[1]


def _usable(purpose: LinkPurpose, token: str, at: datetime) -> tuple[OneTimeLink, User]:
    link = OneTimeLink.get_by_token(db.session, token, purpose)
    user = User.get_for_update(db.session, link.user_id) if link and link.user_id else None
    if link is None or user is None or not link.is_usable(at) or link.user_epoch != user.session_epoch:
        raise Gone
    return link, user


def choose_password(purpose: LinkPurpose, token: str, password: str, *, visitor: Visitor, at: datetime) -> SignedIn:
    """Give the account of a link a password, use the link up, and sign the person in.

    Raises:
        Gone: the link was used meanwhile, or is too old.
    """
    password_hash = passwords.make_hash(password)
    with db.session.begin():
        link, user = _usable(purpose, token, at)
        link.used_at = at
        set_password(db.session, user, password_hash, at=at, is_one_time=False)
        details = {"purpose": purpose.value}
        audit.record(db.session, AuditTag.LINK_USED, target=user, actor_id=user.id, details=details)
        return let_in(db.session, user, visitor, at=at)
