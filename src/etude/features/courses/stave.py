"""Where the notes of a series stand on their staves: plain numbers, computed once for each length."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

MOST_PER_ROW = 14
WIDTH_PER_NOTE = 44
LEAST_WIDTH, MARGIN = 340, 34
LOWEST_Y, HIGHEST_RISE, MOST_RISE_PER_NOTE = 68.5, 45.0, 4.5
LEDGER_BELOW_Y = 67
STEM_X, STEM_FOOT, STEM_HEIGHT = 6.2, 1.5, 29.0


class Note(NamedTuple):
    """One note's place: the centre of its head, its stem, and whether it needs a line of its own below the stave."""

    x: float
    y: float
    stem_x: float
    stem_from: float
    stem_to: float
    has_ledger: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stave: `first` is the index of its first note in the series."""

    first: int
    width: int
    notes: tuple[Note, ...]


@lru_cache(maxsize=512)
def lay_out(count: int) -> tuple[Row, ...]:
    """Return the staves of a series of so many notes: rows as equal as can be, each rising from left to right."""
    row_count = -(-count // MOST_PER_ROW)
    lengths = [count // row_count + (index < count % row_count) for index in range(row_count)] if count else []
    longest = max(lengths, default=0)
    width = max(WIDTH_PER_NOTE * longest + MARGIN, LEAST_WIDTH)
    step = (width - MARGIN) / max(longest, 1)
    rows, first = [], 0
    for length in lengths:
        rows.append(Row(first=first, width=width, notes=tuple(_note(index, length, step) for index in range(length))))
        first += length
    return tuple(rows)


def _note(index: int, length: int, step: float) -> Note:
    x = round(14 + step * (index + 0.35), 1)
    y = round(LOWEST_Y - min(MOST_RISE_PER_NOTE, HIGHEST_RISE / max(length - 1, 1)) * index, 1)
    return Note(
        x=x,
        y=y,
        stem_x=round(x + STEM_X, 1),
        stem_from=round(y - STEM_FOOT, 1),
        stem_to=round(y - STEM_HEIGHT, 1),
        has_ledger=y > LEDGER_BELOW_Y,
    )
