"""The table of addresses in the documentation is the one that the routes give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.reference import PAGE, write_page

if TYPE_CHECKING:
    from flask import Flask


def test_the_page_of_addresses_is_up_to_date(app: Flask) -> None:
    assert PAGE.read_text(encoding="utf-8") == write_page(app), "run: python scripts/reference.py"


def test_every_address_has_a_permission_or_is_for_everybody_and_says_what_it_does(app: Flask) -> None:
    rows = [line.split(" | ") for line in write_page(app).splitlines() if line.startswith("| `/")]

    assert len(rows) > 50
    assert not [row for row in rows if not row[2].strip() or not row[3].strip(" |")]
