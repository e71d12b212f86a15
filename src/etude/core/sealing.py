"""Secrets that must be read again, sealed where they are kept: a copy of the database alone opens none of them.

The key is derived (HKDF-SHA256, RFC 5869) from the school's key file, for each purpose another one: what was sealed
for one account cannot be put into the row of another. The seal itself is Fernet (AES-128-CBC and HMAC-SHA256).
docs/decisions/0013-sealed-secrets.md says why, and what a restore on another machine means.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

MARK = "sealed1:"
"""What a sealed text begins with; the number is that of the way it is sealed."""
KEY_BYTES = 32


class UnreadableError(ValueError):
    """What was sealed cannot be opened: with another key, for another purpose, or it was changed."""


def is_sealed(text: str) -> bool:
    """Tell whether a stored text is sealed; one that is not was stored before secrets were."""
    return text.startswith(MARK)


def seal(school_key: str, purpose: str, text: str) -> str:
    """Return a text sealed for a purpose, e.g. `totp:12`; the same text is sealed differently each time."""
    return MARK + _box(school_key, purpose).encrypt(text.encode()).decode("ascii")


def unseal(school_key: str, purpose: str, sealed: str) -> str:
    """Return what was sealed.

    Raises:
        UnreadableError: it was sealed with another key or for another purpose, it was changed, or it is not sealed.
    """
    from cryptography.fernet import InvalidToken  # noqa: PLC0415  see _box

    if not is_sealed(sealed):
        raise UnreadableError("it is not sealed")
    try:
        return _box(school_key, purpose).decrypt(sealed.removeprefix(MARK).encode()).decode()
    except InvalidToken as error:
        raise UnreadableError("another key or purpose, or it was changed") from error


def _box(school_key: str, purpose: str) -> Fernet:
    # Imported when it is needed: it costs 4 MB and 80 ms, and most processes never seal anything.
    from cryptography.fernet import Fernet  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    label = f"etude sealing 1 {purpose}".encode()
    key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=label).derive(school_key.encode())
    return Fernet(urlsafe_b64encode(key))
