from __future__ import annotations

import io

import pytest

from etude.web.submitted_text import MAX_SHOWN_LINES, read_lines, split_lines


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb\n", ["a", "b"]),
        (b"a\r\nb\rc", ["a", "b", "c"]),
        ("été".encode(), ["été"]),
        (b"\xef\xbb\xbfa", ["a"]),
        ("été".encode("utf-16"), ["été"]),
        (b"caf\xe9", ["caf�"]),
        (b"", [""]),
    ],
)
def test_lines_are_read_whatever_wrote_them(data: bytes, lines: list[str]) -> None:
    assert read_lines(io.BytesIO(data)) == lines


def test_marks_that_turn_the_direction_of_writing_are_seen() -> None:
    assert split_lines("if x: \u202e# harmless\u2066") == ["if x: [U+202E]# harmless[U+2066]"]


def test_an_endless_text_is_cut() -> None:
    assert len(split_lines("x\n" * 2 * MAX_SHOWN_LINES)) == MAX_SHOWN_LINES
