"""What differs between two versions of an activity, file by file and line by line, as plain values for a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import unified_diff
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from etude.content import activity_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from etude.content import ActivityContent

MAX_LINES = 4_000
"""Of one file; comparing longer ones would take too long."""
MAX_SHOWN = 300
"""Rows of one file."""
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One line: kind ("same", "added", "removed", "gap"), its number in the newer file (older if removed), its text.

    `old_line` is the number that a line which stayed had in the older file.
    """

    kind: str
    line: int
    text: str
    old_line: int = 0


@dataclass(frozen=True, slots=True)
class SidePair:
    """What stands side by side: a line of the older file and one of the newer, None where there is nothing.

    kind: "same", "gap", or "changed", where one replaces the other or has no counterpart.
    """

    kind: str
    older: DiffRow | None = None
    newer: DiffRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """One file that differs: change ("added", "removed", "changed"); no rows for what cannot be shown as lines."""

    path: str
    change: str
    rows: tuple[DiffRow, ...] = ()
    is_cut: bool = False

    @property
    def sides(self) -> list[SidePair]:
        """The same lines, older and newer side by side."""
        return list(_sides(self.rows))


def changed_paths(old: ActivityContent | None, new: ActivityContent) -> list[str]:
    """Return the files that differ between two contents, in order; every file when there was nothing before."""
    before, after = activity_tree(old) if old else {}, activity_tree(new)
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def compare(old: ActivityContent, new: ActivityContent) -> list[FileDiff]:
    """Return every file that differs between two contents, in order of its path."""
    before, after = activity_tree(old), activity_tree(new)
    return [_compare_file(path, before, after) for path in changed_paths(old, new)]


def _compare_file(path: str, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> FileDiff:
    change = "added" if path not in before else "removed" if path not in after else "changed"
    texts = [_lines(tree.get(path, b"")) for tree in (before, after)]
    first, second = texts
    if first is None or second is None:
        return FileDiff(path=path, change=change)
    rows = tuple(_rows(first, second))
    return FileDiff(path=path, change=change, rows=rows[:MAX_SHOWN], is_cut=len(rows) > MAX_SHOWN)


def _lines(data: bytes) -> list[str] | None:
    """Return a text's lines; None for what is no text, or too long."""
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return None
    return None if len(lines) > MAX_LINES or b"\0" in data else lines


def _rows(first: list[str], second: list[str]) -> Iterator[DiffRow]:
    old_line = new_line = 0
    for place, text in enumerate(unified_diff(first, second, lineterm="", n=2)):
        if place < 2:  # the two headings that name the files
            continue
        hunk = _HUNK.match(text)
        if hunk is not None:
            old_line, new_line = int(hunk[1]), int(hunk[2])
            if place > 2:
                yield DiffRow("gap", 0, "")
        elif text.startswith("+"):
            yield DiffRow("added", new_line, text[1:])
            new_line += 1
        elif text.startswith("-"):
            yield DiffRow("removed", old_line, text[1:])
            old_line += 1
        else:
            yield DiffRow("same", new_line, text[1:], old_line)
            old_line, new_line = old_line + 1, new_line + 1


def _sides(rows: Iterable[DiffRow]) -> Iterator[SidePair]:
    """Yield lines in pairs: what was removed stands beside what was added in its place."""
    for is_change, group in groupby(rows, key=lambda row: row.kind in {"added", "removed"}):
        if is_change:
            changed = list(group)
            older = [row for row in changed if row.kind == "removed"]
            newer = [row for row in changed if row.kind == "added"]
            yield from (SidePair("changed", *pair) for pair in zip_longest(older, newer))
        else:
            yield from (SidePair(row.kind, row, row) for row in group)
