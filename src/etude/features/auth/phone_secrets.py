"""The secrets of the phones' codes, sealed in the database with a key that no backup holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from etude.core import logging
from etude.core.sealing import UnreadableError, is_sealed, seal, unseal

if TYPE_CHECKING:
    from etude.models import User

_log = logging.get(__name__)


def _purpose(user: User) -> str:
    return f"totp:{user.id}"


def keep(user: User, secret: str) -> None:
    """Store an account's secret, sealed for this account."""
    user.totp_secret = seal(current_app.config["SECRET_KEY"], _purpose(user), secret)


def read(user: User) -> str | None:
    """Return an account's secret; "" when it has none, None when it was sealed with a key that this school has not.

    A secret from before they were sealed is sealed now; call it inside the transaction.
    """
    stored = user.totp_secret or ""
    if stored and not is_sealed(stored):
        keep(user, stored)
        return stored
    if not stored:
        return ""
    try:
        return unseal(current_app.config["SECRET_KEY"], _purpose(user), stored)
    except UnreadableError:
        _log.warning("phone_secret_unreadable", account=user.id)
        return None
