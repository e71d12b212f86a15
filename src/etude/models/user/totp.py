"""One-time codes of a phone (TOTP, RFC 6238): six digits, a new one every 30 s, one before and after allowed."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import pyotp

if TYPE_CHECKING:
    from datetime import datetime

STEP_S = 30
DIGITS = 6
ISSUER = "Étude"


def make_secret() -> str:
    """Return a new secret: 32 characters of base 32, which is 160 bits."""
    return pyotp.random_base32()


def find_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the 30 s step that a code belongs to; None when it is not right now.

    A clock that is 30 s off is forgiven (RFC 6238, 5.2). Whoever calls refuses a step that was used already.
    """
    digits = _digits(code)
    if not secret or len(digits) != DIGITS:
        return None
    generator = pyotp.TOTP(secret)
    now = int(at.timestamp()) // STEP_S
    found = None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(generator.at(step * STEP_S).encode(), digits.encode()):
            found = step
    return found


def is_code(typed: str) -> bool:
    """Tell whether what was typed looks like a phone's code, and not like a recovery code: six digits, nothing else."""
    return len(_digits(typed)) == DIGITS and not any(c.isalpha() for c in typed)


def _digits(code: str) -> str:
    return "".join(c for c in code if c.isdigit())


def address(secret: str, login: str, school: str) -> str:
    """Return the `otpauth:` address that an app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=f"{ISSUER} {school}".strip())
