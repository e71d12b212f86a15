from __future__ import annotations

from urllib.parse import unquote

import pytest

from etude.features.files.names import MAX_NAME_BYTES, content_disposition, download_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("devoir.pdf", "devoir.pdf"),
        ("Été œuvre.txt", "Été œuvre.txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.txt", "console.txt"),
        ("a:b|c?.txt", "a_b_c_.txt"),
        ('"quoted".txt', "_quoted_.txt"),
        ("a\r\nb.txt", "a__b.txt"),
        ("../../x.txt", "_.._x.txt"),
        (".htaccess", "htaccess"),
        ("trailing. .", "trailing"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_name_becomes_one_that_every_system_can_write(name: str, safe: str) -> None:
    assert download_name(name) == safe


@pytest.mark.parametrize("name", ["a" * 400 + ".pdf", "é" * 300 + ".pdf", "漢" * 200 + ".pdf"])
def test_a_long_name_is_cut_between_characters_and_keeps_its_extension(name: str) -> None:
    safe = download_name(name)

    assert len(safe.encode()) <= MAX_NAME_BYTES
    assert safe.endswith(".pdf")


def test_a_plain_name_needs_one_form_only() -> None:
    assert content_disposition("report.pdf") == 'attachment; filename="report.pdf"'
    assert content_disposition("photo.png", is_inline=True) == 'inline; filename="photo.png"'


def test_an_accented_name_is_given_in_ascii_and_in_utf_8() -> None:
    value = content_disposition("Élève 100 %.txt")

    assert value.startswith("attachment; filename=\"Eleve 100 _.txt\"; filename*=UTF-8''")
    assert unquote(value.rpartition("''")[2]) == "Élève 100 %.txt"


@pytest.mark.parametrize(
    "name", ['a"; filename="evil.exe', "a\r\nSet-Cookie: x=1", "a\x00b", "a\\b.txt", "\u202eb.txt"]
)
def test_no_name_can_break_out_of_the_header(name: str) -> None:
    value = content_disposition(name)

    assert value.isascii()
    assert value.isprintable()
    assert value.count('"') == 2
    assert "\\" not in value
