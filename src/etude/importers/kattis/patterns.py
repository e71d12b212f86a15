"""The patterns of `submissions.yaml`: `*` within a name, and braces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_ALTERNATIVES = 200


def is_matched(pattern: str, path: str) -> bool:
    """Tell whether a path, or a folder that it lies in, is found by a pattern."""
    parts = path.split("/")
    paths = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return any(_compiled(one).fullmatch(path) for one in _alternatives(pattern) for path in paths)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("[^/]*".join(re.escape(part) for part in pattern.strip("/").split("*")))


def _alternatives(pattern: str) -> Iterator[str]:
    """A pattern with its braces written out: `a.{py,cpp}`."""
    waiting, count = [pattern], 0
    while waiting and count < _MOST_ALTERNATIVES:
        one = waiting.pop()
        found = re.search(r"\{([^{}]*)\}", one)
        count += 1
        if found is None:
            yield one
        else:
            waiting += [one[: found.start()] + part + one[found.end() :] for part in found[1].split(",")]
