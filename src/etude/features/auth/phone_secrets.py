"""The secrets of the phones' codes, sealed in the database with a key that no backup holds."""

from __future__ import annotations

from contextlib import suppress

from flask import current_app

from etude import audit
from etude.audit import AuditTag
from etude.core import logging
from etude.core.sealing import UnreadableError, is_sealed, seal, unseal
from etude.extensions import db
from etude.models import User

_log = logging.get(__name__)


def _purpose(user: User) -> str:
    return f"totp:{user.id}"


def keep(user: User, secret: str) -> None:
    """Store an account's secret, sealed for this account."""
    user.totp_secret = seal(current_app.config["SECRET_KEY"], _purpose(user), secret)


def read(user: User) -> str | None:
    """Return an account's secret; "" when it has none, None when it was sealed with a key that this school has not.

    A secret from before they were sealed, or sealed with an older key, is sealed now; call it inside the transaction.
    """
    stored = user.totp_secret or ""
    if stored and not is_sealed(stored):
        keep(user, stored)
        return stored
    if not stored:
        return ""
    first: str = current_app.config["SECRET_KEY"]
    older: list[str] = current_app.config["SECRET_KEY_FALLBACKS"]
    for key in (first, *older):
        with suppress(UnreadableError):
            secret = unseal(key, _purpose(user), stored)
            if key != first:
                keep(user, secret)
            return secret
    _log.warning("phone_secret_unreadable", account=user.id)
    return None


def seal_anew(*, is_forgotten: bool) -> int:
    """Seal every secret with the new key that was sealed with an older one; return how many could be read.

    That the key was changed is audited, and whether the older ones are forgotten.
    """
    with db.session.begin():
        audit.record(db.session, AuditTag.KEY_ROTATED, details={"older_forgotten": is_forgotten})
        holders = User.get_with_phones(db.session)
        return sum(read(user) is not None for user in holders)
