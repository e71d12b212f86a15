from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from etude.web.submitted_files import MAX_SHOWN_TEXT_BYTES, can_be_viewed, show_file, shown_as, type_text

if TYPE_CHECKING:
    from flask import Flask


@dataclass
class File:
    id: int = 7
    name: str = "a.png"
    content_type: str = "image/png"
    size_bytes: int = 1000


@pytest.mark.parametrize(
    ("content_type", "way"),
    [
        ("image/png", "image"),
        ("application/pdf", "pdf"),
        ("text/plain", "text"),
        ("text/html", "download"),
        ("image/svg+xml", "download"),
        ("application/zip", "download"),
        ("", "download"),
    ],
)
def test_what_a_browser_could_run_is_never_shown_from_its_bytes(content_type: str, way: str) -> None:
    assert shown_as(content_type) == way


def test_a_long_text_is_only_downloaded() -> None:
    assert can_be_viewed("text/plain", MAX_SHOWN_TEXT_BYTES)
    assert not can_be_viewed("text/plain", MAX_SHOWN_TEXT_BYTES + 1)


def test_a_picture_has_addresses_and_a_small_one_is_its_own_thumbnail(app: Flask) -> None:
    with app.test_request_context("/"):
        small, large = show_file(3, File()), show_file(3, File(size_bytes=5_000_000))

    assert small["download_url"] == "/submissions/3/files/7"
    assert small["view_url"] == "/submissions/3/files/7/view"
    assert small["thumb_url"] == "/submissions/3/files/7/content"
    assert large["thumb_url"] == ""
    assert large["size_text"] == "5 MB"


def test_a_file_that_cannot_be_shown_has_no_address_to_look_at_it(app: Flask) -> None:
    with app.test_request_context("/"):
        shown = show_file(3, File(name="a.docx", content_type="application/msword"))

    assert shown["view_url"] == ""
    assert shown["type_text"] == "DOCX file"


def test_types_are_in_words(app: Flask) -> None:
    with app.test_request_context("/"):
        assert type_text("a.py", "text/plain") == "text"
        assert type_text("a.pdf", "application/pdf") == "PDF"
