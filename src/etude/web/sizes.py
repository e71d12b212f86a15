"""Sizes of files for people: in thousands and millions of bytes, as the language writes them."""

from __future__ import annotations

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

KILO = 1_000
MEGA = 1_000_000


def show_bytes(size_bytes: int) -> str:
    """Return a size in words: “20 MB”, « 1,3 Mo », “512 kB”, “1 byte”."""
    if size_bytes < KILO:
        return str(ngettext("%(num)d byte", "%(num)d bytes", size_bytes))
    if size_bytes < MEGA - KILO // 2:  # what rounds to 1,000 kB is said in MB
        return str(_("%(number)s kB", number=format_decimal(size_bytes / KILO, "#,##0")))
    return str(_("%(number)s MB", number=format_decimal(size_bytes / MEGA, "#,##0.#")))
