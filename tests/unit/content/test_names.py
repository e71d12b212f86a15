from __future__ import annotations

import unicodedata

import pytest

from etude.content import ContentError
from etude.content.names import check_path, check_unique, is_left_out, shown


@pytest.mark.parametrize("path", ["a", "a/b.txt", "Été 2026/é_è-1.py", "tests/x.fr.files/a b.txt", "日本/語"])
def test_ordinary_names_are_taken(path):
    assert check_path(path) == path


def test_names_are_brought_to_one_unicode_form():
    assert check_path(unicodedata.normalize("NFD", "é.txt")) == "é.txt"


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "..", "../x", "a/../b", "a//b", "a/", "./a", "C:\\x", "a\\b", "a\0b", "a\nb", "a\x1b[31m",
        "x\u202egnp.exe", "\u200bx", "a*", 'a"', " a", "a ", "a.", "con", "NUL.txt", "com1", "\udce9", "x" * 201,
        "é" * 150, "a/b/c/d/e/f/g/h/i",
    ],
)  # fmt: skip
def test_names_that_do_harm_somewhere_are_refused_in_a_printable_sentence(path):
    with pytest.raises(ContentError) as caught:
        check_path(path)

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("paths", [["a.txt", "A.TXT"], ["straße", "STRASSE"], ["a", "a/b"], ["a/b/c", "A/B"]])
def test_names_that_some_systems_cannot_tell_apart_are_refused(paths):
    with pytest.raises(ContentError):
        check_unique(paths)


def test_different_names_live_together():
    check_unique(["a/b", "a/c", "b", "a-b"])


def test_what_systems_leave_behind_is_known():
    assert all(is_left_out(path) for path in (".git/config", "a/__pycache__/b.pyc", "__MACOSX/._a", "x~", ".DS_Store"))
    assert not any(is_left_out(path) for path in ("a.txt", "../.x/.."[:2], "tests/1.in"))


def test_a_hostile_name_is_shown_harmlessly():
    assert shown("a\x1b\udce9é") == "a\\u001b\\udce9é"
    assert shown("x" * 500).endswith("x…")
