"""Tables as CSV that opens right in the spreadsheets of schools: BOM, separator by language, no formulas."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take text for a formula; the last four are the wide forms of the first."""


def separator(locale: str) -> str:
    """Return what stands between cells: a semicolon where the comma is the decimal sign."""
    return ";" if locale == "fr" else ","


def safe(text: str) -> str:
    """Return text that no spreadsheet runs: an apostrophe before what looks like a formula."""
    return "'" + text if text.lstrip(" \u00a0").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text


def number(value: Decimal | None, locale: str) -> str:
    """Return points as a cell: two decimals at most, with the language's decimal sign; empty for none."""
    if value is None:
        return ""
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if locale == "fr" else text


def write_csv(rows: Iterable[Sequence[str]], locale: str) -> bytes:
    """Return the file of these rows; text cells must have gone through `safe`, numbers through `number`."""
    return BYTE_ORDER_MARK.encode() + csv_rows(rows, locale)


def csv_rows(rows: Iterable[Sequence[str]], locale: str) -> bytes:
    """Return rows of such a file without its beginning: a long one is sent in pieces."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator(locale), lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode()
