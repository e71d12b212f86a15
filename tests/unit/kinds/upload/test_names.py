from __future__ import annotations

import pytest

from etude.kinds.upload.names import MAX_NAME_CHARS, clean_name, make_unique


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("devoir.pdf", "devoir.pdf"),
        ("Élève n° 3 – œuvre.txt", "Élève n° 3 – œuvre.txt"),
        ("E\u0301te\u0301.txt", "Été.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Windows\\system.ini", "system.ini"),
        ("/abs/olute.txt", "olute.txt"),
        ("C:\\Users\\ben\\photo.jpg", "photo.jpg"),
        ("a\x00b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie: x.txt"),
        ("tab\there\x1b[31m.txt", "tab here[31m.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066\ufeffa\u200b.txt", "a.txt"),
        ("\ud800lone.txt", "lone.txt"),
        ("Capture\u202f10.30\u00a0PM.png", "Capture 10.30 PM.png"),
        ("famille 👨\u200d👩\u200d👧.png", "famille 👨\u200d👩\u200d👧.png"),
        ("trailing. . ", "trailing"),
        (".htaccess", ".htaccess"),
        ("", "file"),
        ("..", "file"),
        ("a/..", "file"),
        ("\x00\u202e", "file"),
        ("CON.txt", "CON.txt"),
        ('<b>"x"</b>|?*.txt', "b>|?*.txt"),
    ],
)
def test_a_name_is_kept_without_folders_and_without_what_cannot_be_seen(raw: str, kept: str) -> None:
    assert clean_name(raw) == kept


@pytest.mark.parametrize("raw", ["a" * 300 + ".pdf", "é" * 300 + ".pdf", "a b" * 100 + ".pdf"])
def test_a_long_name_keeps_its_extension(raw: str) -> None:
    kept = clean_name(raw)

    assert len(kept) <= MAX_NAME_CHARS
    assert kept.endswith(".pdf")


def test_a_name_whose_extension_is_endless_is_cut() -> None:
    assert len(clean_name("a." + "b" * 300)) == MAX_NAME_CHARS


def test_files_of_one_name_are_told_apart_by_numbers() -> None:
    names = ["image.jpg", "image.jpg", "IMAGE.JPG", "image (2).jpg", "notes", "notes", ".env", ".env"]

    unique = make_unique(names)

    assert unique[:3] == ["image.jpg", "image (2).jpg", "IMAGE (3).JPG"]
    assert unique[4:] == ["notes", "notes (2)", ".env", ".env (2)"]
    assert len({name.casefold() for name in unique}) == len(names)
