"""Accounts: people, their sessions, the devices they have used, one-time links, recovery codes."""

from __future__ import annotations

from etude.models.user.device import KnownDevice
from etude.models.user.erasure import Erasure
from etude.models.user.folding import fold_login, sort_key
from etude.models.user.link import LinkPurpose, OneTimeLink
from etude.models.user.recovery import RecoveryCode
from etude.models.user.session import UserSession
from etude.models.user.user import SchoolRole, User

__all__ = [
    "Erasure",
    "KnownDevice",
    "LinkPurpose",
    "OneTimeLink",
    "RecoveryCode",
    "SchoolRole",
    "User",
    "UserSession",
    "fold_login",
    "sort_key",
]
