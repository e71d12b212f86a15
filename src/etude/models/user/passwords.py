"""Passwords: hashing with Werkzeug's scrypt, what is refused, and the three-word ones that teachers hand out.

Parameters `16384:8:5` cost 0.13 s and 16 MiB: of OWASP's equal choices the one that lets a class of 30 sign in at once
on 1 GB. At most two hashes are computed at a time, by two threads kept for it, and never inside a transaction.
"""

from __future__ import annotations

import os
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from werkzeug.security import check_password_hash, generate_password_hash

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
METHOD = "scrypt:16384:8:5"
SALT_CHARS = 16
HASH_HEX_CHARS = 128
MAX_CHARS = 128
MIN_CHARS = 8
MIN_CHARS_STAFF = 10
HASHES_AT_ONCE = 2
"""Bounds the memory (32 MiB) and leaves the other threads their share of the processor."""
_SALT_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=HASHES_AT_ONCE, thread_name_prefix="hash")


# A forked child has none of its parent's threads: it makes its own.
os.register_at_fork(after_in_child=_workers.cache_clear)


def _compute(function: Callable[Parameters, Answer], *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
    """Call a slow function on one of the two threads and wait for it.

    Threads of their own, and not a semaphore: glibc keeps 16 MiB in the arena of every thread that ever hashed, which
    with the 64 threads of a class that joins came to 400 MB.
    """
    return _workers().submit(function, *args, **kwargs).result()


def make_hash(password: str) -> str:
    """Return the hash of a password; takes about 0.13 s of CPU, so never call it inside a transaction."""
    return _compute(generate_password_hash, password, method=METHOD, salt_length=SALT_CHARS)


@cache
def dummy_hash() -> str:
    """Return a hash that no password has: checked for unknown users, so that they cost the same time.

    It is drawn, not computed: checking costs the same, and the first request after a start pays nothing extra.
    """
    salt = "".join(secrets.choice(_SALT_LETTERS) for _ in range(SALT_CHARS))
    return f"{METHOD}${salt}${secrets.token_hex(HASH_HEX_CHARS // 2)}"


def is_right(password_hash: str | None, password: str) -> bool:
    """Tell whether a password fits a hash; None costs the same time and is never right."""
    fits = _compute(check_password_hash, password_hash or dummy_hash(), password[:MAX_CHARS])
    return fits and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return not password_hash.startswith(METHOD + "$")


def is_common(password: str) -> bool:
    """Tell whether a password is one that everybody tries first, in either language; case and spaces do not matter."""
    return "".join(password.casefold().split()) in common_passwords()


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that everybody tries first, in both languages, folded."""
    return frozenset(word.casefold() for word in _lines("common_passwords.txt"))


@cache
def words(locale: str) -> tuple[str, ...]:
    """Return the short, plain words of a language from which three-word passwords are drawn."""
    return tuple(_lines(f"words.{locale}.txt"))


def _lines(name: str) -> list[str]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip()]


def three_words(locale: str) -> str:
    """Return a one-time password of three words, e.g. `plage-violon-citron`, easy to read, say and type.

    1,200 words and more give at least 30 bits: enough for a password that is tried slowly, locks, and is good once.
    """
    pool = words("fr" if locale == "fr" else "en")
    return "-".join(secrets.choice(pool) for _ in range(3))


def as_three_words(typed: str) -> str:
    """Return what was typed as three words the way they are stored: capitals, spaces and dashes do not matter."""
    return "-".join(re.findall(r"[^\W\d_]+", typed.casefold()))
