"""Where the cursor is said to stand."""

from __future__ import annotations

import pytest

from etude.consoles import cursor
from etude.jail import WindowSize

WINDOW = WindowSize(rows=5, columns=10)


@pytest.mark.parametrize(
    ("shown", "place"),
    [
        ("", (1, 1)),
        ("one\r\nété", (2, 4)),
        ("\x1b[31mred\x1b[0m\x1b[?25l", (1, 4)),
        ("\x1b[3;4Hx", (3, 5)),
        ("\x1b[3Hx\x1b[2G", (3, 2)),
        ("\x1b[4d\x1b[2A\x1b[3C\x1b[1D", (2, 3)),
        ("ab\x1b[2E", (3, 1)),
        ("\n\n\x1b[F", (2, 1)),
        ("a\tb", (1, 10)),
        ("abc\b", (1, 3)),
        ("0123456789", (1, 10)),
        ("0123456789a", (2, 2)),
        ("日e\u0301", (1, 4)),
        ("\n" * 40 + "x", (5, 2)),
        ("\x1b[999;999H", (5, 10)),
        ("\x1b]0;title 12;12R\x07\x1bP$qm\x1b\\\x1b7\x07a", (1, 2)),
    ],
)
def test_the_place_is_two_numbers_within_the_window(shown: str, place: tuple[int, int]) -> None:
    answer = cursor.answer(shown.encode(), WINDOW)

    assert answer == b"\x1b[%d;%dR" % place
