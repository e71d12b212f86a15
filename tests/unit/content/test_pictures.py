from __future__ import annotations

import pytest

from etude.content.pictures import picture_type


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_what_cannot_hold_a_script_is_a_picture(start: bytes, media_type: str) -> None:
    assert picture_type(start + b"\0" * 20) == media_type


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"<html>", b"\0\0\0\x18ftypheic\0\0", b"PNG"]
)
def test_everything_else_is_none(data: bytes) -> None:
    assert picture_type(data) == ""
