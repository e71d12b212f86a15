"""Where a terminal's cursor stands after an output: what the runtime of a language may ask of its terminal.

Mono asks (`ESC [ 6 n`) before its first cursor movement, waits for a second, and takes what is typed meanwhile for the
answer. The terminal in the page answers nothing, so the holder does, for the languages that need it and nobody else:
two numbers within the window, a few times in a session; nothing that a program printed is ever in an answer.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etude.jail import WindowSize

QUERY = b"\x1b[6n"
MOST_ANSWERS = 8
"""In one session: Mono asks once."""
_PIECE = re.compile(
    r"\x1b\[([?>=]?)([0-9;]*)[ -/]*([@-~])"  # a control sequence
    r"|\x1b[\](P_^X][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?|.",  # a text for the terminal, an escape, a letter
    re.DOTALL,
)


def answer(shown: bytes, window: WindowSize) -> bytes:
    """Return the answer to a query at the end of an output, from what was shown before it.

    shown: the end of an output, which began in the left upper corner or at a line's beginning further down.
    """
    row, column = _place(shown.decode("utf-8", "replace"), window)
    return b"\x1b[%d;%dR" % (row, column)


def _place(text: str, window: WindowSize) -> tuple[int, int]:
    row = column = 1
    for piece in _PIECE.finditer(text):
        if piece[3] is not None:
            row, column = (row, column) if piece[1] else _moved(row, column, piece[3], piece[2])
        elif piece[0].isprintable():
            row, column = (row + 1, 1) if column > window.columns else (row, column)
            column += _width(piece[0])
            continue  # a letter in the last column breaks no line yet
        else:
            row, column = _controlled(row, column, piece[0])
        row, column = _within(row, column, window)
    return _within(row, column, window)


def _within(row: int, column: int, window: WindowSize) -> tuple[int, int]:
    return max(1, min(row, window.rows)), max(1, min(column, window.columns))


def _controlled(row: int, column: int, character: str) -> tuple[int, int]:
    places = {
        "\n": (row + 1, column),
        "\r": (row, 1),
        "\b": (row, column - 1),
        "\t": (row, column + 8 - (column - 1) % 8),
    }
    return places.get(character, (row, column))


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _moved(row: int, column: int, final: str, numbers: str) -> tuple[int, int]:
    given = [int(one[:4] or 0) for one in numbers.split(";")]
    count = given[0] or 1
    if final in "Hf":
        return count, (given[1] or 1) if len(given) > 1 else 1
    if final == "d":
        return count, column
    if final == "G":
        return row, count
    down = {"A": -count, "B": count, "E": count, "F": -count}.get(final, 0)
    right = {"C": count, "D": -count}.get(final, 0)
    return row + down, 1 if final in "EF" else column + right
