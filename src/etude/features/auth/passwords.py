"""Passwords: hashing with Werkzeug's scrypt, what is refused, and the three-word ones that teachers hand out.

Parameters `16384:8:5` cost 0.13 s and 16 MiB: of OWASP's equal choices the one that lets a class of 30 sign in at once
on 1 GB. At most two hashes are computed at a time, and never inside a transaction.
"""

from __future__ import annotations

import secrets
import threading
from functools import cache
from importlib import resources

from werkzeug.security import check_password_hash, generate_password_hash

METHOD = "scrypt:16384:8:5"
MAX_CHARS = 128
MIN_CHARS = 8
MIN_CHARS_STAFF = 10
_at_once = threading.BoundedSemaphore(2)


def make_hash(password: str) -> str:
    """Return the hash of a password; takes about 0.13 s of CPU, so never call it inside a transaction."""
    with _at_once:
        return generate_password_hash(password, method=METHOD, salt_length=16)


@cache
def dummy_hash() -> str:
    """Return a hash that no password has: checked for unknown users, so that they cost the same time."""
    return make_hash(secrets.token_urlsafe(24))


def is_right(password_hash: str | None, password: str) -> bool:
    """Tell whether a password fits a hash; None costs the same time and is never right."""
    with _at_once:
        fits = check_password_hash(password_hash or dummy_hash(), password[:MAX_CHARS])
    return fits and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return not password_hash.startswith(METHOD + "$")


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that everybody tries first, in both languages, folded."""
    text = resources.files(__package__).joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip().casefold() for line in text.splitlines() if line.strip())


@cache
def words(locale: str) -> tuple[str, ...]:
    """Return the short, plain words of a language from which three-word passwords are drawn."""
    text = resources.files(__package__).joinpath(f"words.{locale}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def three_words(locale: str) -> str:
    """Return a one-time password of three words, e.g. `plage-violon-citron`, easy to read, say and type."""
    pool = words("fr" if locale == "fr" else "en")
    return "-".join(secrets.choice(pool) for _ in range(3))
