"""Two texts beside each other, line by line, with what differs in a line marked."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DIFF_CHARS = 16_000
MAX_LINES = 400
MAX_MARKED_CHARS = 500
"""Longer lines are shown whole without marks: comparing them letter by letter would take too long."""
KEPT_AROUND = 2

Pieces = list[tuple[str, bool]]


def diff_rows(expected: str, obtained: str) -> list[dict[str, Any]]:
    """Return the rows for `components/diff.html`: equal lines far from a difference become one "gap" row."""
    wanted, found = _lines(expected), _lines(obtained)
    rows: list[dict[str, Any]] = []
    for tag, low, high, other_low, other_high in SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [_row("same", low + offset + 1, _whole(wanted[low + offset]), None) for offset in range(high - low)]
        else:
            rows += _changed(low, wanted[low:high], found[other_low:other_high])
    return list(_without_far_lines(rows))


def _lines(text: str) -> list[str]:
    return text.split("\n")[:MAX_LINES] if not text.endswith("\n") else text[:-1].split("\n")[:MAX_LINES]


def _whole(line: str) -> Pieces:
    return [(line, False)] if line else []


def _row(kind: str, line: int | None, expected: Pieces | None, obtained: Pieces | None) -> dict[str, Any]:
    return {"kind": kind, "line": line, "expected": expected, "obtained": obtained, "hidden_lines": 0}


def _changed(first: int, wanted: list[str], found: list[str]) -> list[dict[str, Any]]:
    rows = []
    for offset in range(max(len(wanted), len(found))):
        line = first + offset + 1
        if offset >= len(found):
            rows.append(_row("missing", line, [(wanted[offset], True)] if wanted[offset] else [], None))
        elif offset >= len(wanted):
            rows.append(_row("extra", None, None, [(found[offset], True)] if found[offset] else []))
        else:
            rows.append(_row("different", line, *mark_changes(wanted[offset], found[offset])))
    return rows


def mark_changes(expected: str, obtained: str) -> tuple[Pieces, Pieces]:
    """Return both lines cut in pieces, each marked when it is not in the other line."""
    if max(len(expected), len(obtained)) > MAX_MARKED_CHARS:
        return [(expected, True)], [(obtained, True)]
    left: Pieces = []
    right: Pieces = []
    matcher = SequenceMatcher(None, expected, obtained, autojunk=False)
    for tag, low, high, other_low, other_high in matcher.get_opcodes():
        if low < high:
            left.append((expected[low:high], tag != "equal"))
        if other_low < other_high:
            right.append((obtained[other_low:other_high], tag != "equal"))
    return left, right


def _without_far_lines(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    changed = [index for index, row in enumerate(rows) if row["kind"] != "same"]
    near = {index + step for index in changed for step in range(-KEPT_AROUND, KEPT_AROUND + 1)}
    hidden = 0
    for index, row in enumerate(rows):
        if row["kind"] == "same" and index not in near:
            hidden += 1
            continue
        if hidden:
            yield {**_row("gap", None, None, None), "hidden_lines": hidden}
            hidden = 0
        yield row
    if hidden:
        yield {**_row("gap", None, None, None), "hidden_lines": hidden}
