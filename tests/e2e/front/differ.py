"""Rows of `components/diff.html` for the harness: expected against obtained, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

CONTEXT_LINES = 2
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRow:
    kind: str
    line: int | None = None
    expected: Pieces | None = None
    obtained: Pieces | None = None
    hidden_lines: int = 0


def _pieces(one: str, other: str) -> Pieces:
    matcher = SequenceMatcher(a=other, b=one, autojunk=False)
    return [(one[j1:j2], tag != "equal") for tag, _, _, j1, j2 in matcher.get_opcodes() if j2 > j1]


def _changed(expected: list[str], obtained: list[str], first: int) -> list[DiffRow]:
    rows = []
    for number, (want, got) in enumerate(zip_longest(expected, obtained), first):
        if want is None:
            rows.append(DiffRow(kind="extra", obtained=[(got, True)]))
        elif got is None:
            rows.append(DiffRow(kind="missing", line=number, expected=[(want, True)]))
        else:
            rows.append(
                DiffRow(kind="different", line=number, expected=_pieces(want, got), obtained=_pieces(got, want))
            )
    return rows


def _equal(lines: list[str], first: int) -> list[DiffRow]:
    shown = [DiffRow(kind="same", line=first + i, expected=[(line, False)]) for i, line in enumerate(lines)]
    if len(shown) <= 2 * CONTEXT_LINES + 1:
        return shown
    hidden = DiffRow(kind="gap", hidden_lines=len(shown) - 2 * CONTEXT_LINES)
    return [*shown[:CONTEXT_LINES], hidden, *shown[-CONTEXT_LINES:]]


def compare(expected: str, obtained: str) -> list[DiffRow]:
    if expected.endswith("\n") and obtained.endswith("\n"):
        expected, obtained = expected[:-1], obtained[:-1]
    want, got = expected.split("\n"), obtained.split("\n")
    rows: list[DiffRow] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=want, b=got, autojunk=False).get_opcodes():
        rows += _equal(want[i1:i2], i1 + 1) if tag == "equal" else _changed(want[i1:i2], got[j1:j2], i1 + 1)
    return rows
