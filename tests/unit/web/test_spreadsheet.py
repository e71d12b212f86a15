from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from etude.web import spreadsheet


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\uff1d1", "\uff0b1"]
)
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert spreadsheet.safe(text) == "'" + text


@pytest.mark.parametrize("text", ["Élodie", "O’Brien", "3 = 3", "a-b", "", "20 000"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert spreadsheet.safe(text) == text


@pytest.mark.parametrize(
    ("value", "locale", "expected"),
    [
        (Decimal("14.50"), "fr", "14,5"),
        (Decimal("14.50"), "en", "14.5"),
        (Decimal("100.00"), "en", "100"),
        (Decimal("0.00"), "fr", "0"),
        (None, "fr", ""),
    ],
)
def test_points_are_written_as_the_language_writes_numbers(value: Decimal | None, locale: str, expected: str) -> None:
    assert spreadsheet.number(value, locale) == expected


@pytest.mark.parametrize(("locale", "delimiter"), [("fr", ";"), ("en", ",")])
def test_the_file_opens_in_the_spreadsheet_of_the_language(locale: str, delimiter: str) -> None:
    rows = [["Émilie", "a;b,c", 'say "hi"', "two\nlines"]]

    body = spreadsheet.write_csv(rows, locale)

    assert body.startswith(b"\xef\xbb\xbf")
    read = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    assert list(read) == rows
