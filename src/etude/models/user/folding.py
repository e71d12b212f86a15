"""Names and logins as they are compared and sorted: accents, case and surrounding spaces apart."""

from __future__ import annotations

import unicodedata

NOT_DECOMPOSED = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that Unicode does not take apart into a plain one and an accent, as people type them without."""


def fold_login(login: str) -> str:
    """Return the form in which logins are compared: accents, case and surrounding spaces do not matter."""
    plain = unicodedata.normalize("NFKD", login.strip().casefold().translate(NOT_DECOMPOSED))
    return "".join(c for c in plain if not unicodedata.combining(c))


def sort_key(family_name: str, given_name: str) -> str:
    """Return the key by which names sort in French: family name first, accents and case apart."""
    return f"{fold_login(family_name)}\x1f{fold_login(given_name)}"
