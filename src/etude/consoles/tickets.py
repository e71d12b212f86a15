"""Tickets: a page shows one to look at a console by a WebSocket, which browsers open for any site that asks them to."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

VALID_S = 30.0
"""From the page's question to its WebSocket."""
MOST_UNUSED = 8
"""Of one person for one console; the oldest is dropped for a new one."""


@dataclass(frozen=True, slots=True)
class _Ticket:
    key: str
    user: int
    until_s: float


class Tickets:
    """What was given out and not yet used. Only digests are kept: what is read here opens nothing."""

    def __init__(self) -> None:
        self._given: dict[bytes, _Ticket] = {}

    def give(self, key: str, user: int, now_s: float) -> str:
        """Return a ticket for one look at a console by one person; times in seconds of any one clock."""
        self._given = {digest: one for digest, one in self._given.items() if one.until_s > now_s}
        own = [digest for digest, one in self._given.items() if (one.key, one.user) == (key, user)]
        for digest in own[: max(0, len(own) + 1 - MOST_UNUSED)]:
            del self._given[digest]
        text = secrets.token_urlsafe(24)
        self._given[_digest(text)] = _Ticket(key, user, now_s + VALID_S)
        return text

    def take(self, text: str, key: str, user: int, now_s: float) -> bool:
        """Use a ticket up, whoever shows it; tell whether it was given to this person for this console, just now."""
        found = self._given.pop(_digest(text), None)
        return found is not None and (found.key, found.user) == (key, user) and now_s < found.until_s


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
