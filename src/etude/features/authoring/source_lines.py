"""At which line of `activity.toml` a mistake stands: the parser knows the key, a person looks for the line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STEP = re.compile(r"(?P<name>[A-Za-z_]+)(?:\[(?P<place>\d+)\])?")
_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")


def find_line(files: Mapping[str, bytes], path: str, field: str, values: Mapping[str, object]) -> int:
    """Return the line of a mistake, counted from 1; 0 when it cannot be told, e.g. for a file that is missing."""
    if (told := str(values.get("line", ""))).isdigit():
        return int(told)
    if not field or not path.endswith(".toml") or path not in files:
        return 0
    steps = [_STEP.match(part) for part in field.split(".")]
    return _find(files[path].decode("utf-8", "replace").splitlines(), [step for step in steps if step])


def _find(lines: Sequence[str], steps: Sequence[re.Match[str]]) -> int:
    """Follow tables as far as they go, then look for the key below the last of them."""
    start, name = 0, ""
    for step in steps:
        deeper = f"{name}.{step['name']}".strip(".")
        found = _nth_table(lines, start, deeper, int(step["place"] or 1))
        if found is None:
            return _key(lines, start, step["name"])
        start, name = found, deeper
    return start


def _nth_table(lines: Sequence[str], start: int, name: str, place: int) -> int | None:
    """Return the line of the table of this name that comes so-many-th after a line; None when there is none."""
    for number, line in enumerate(lines[start:], start=start + 1):
        match = _TABLE.match(line)
        if match is not None and match[1] == name:
            place -= 1
            if not place:
                return number
    return None


def _key(lines: Sequence[str], start: int, name: str) -> int:
    """Return the line of a key below a table's head; that of the head when the key is not there."""
    key = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*[.=]")
    for number, line in enumerate(lines[start:], start=start + 1):
        if _TABLE.match(line):
            break
        if key.match(line):
            return number
    return start
