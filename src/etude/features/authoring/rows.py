"""The rows of the activity form: a button adds, removes or moves one, and the form is drawn again from its own data.

A command is `add:<list>`, `add:<list>:<type>`, `remove:<row>` or `up:<row>`; a list is named by its path, such as
`groups.0.tests`, a row by its list's and its place, such as `groups.0.tests.1`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from etude.content.parse_quiz import MAX_CHOICES, MAX_QUESTIONS
from etude.content.parse_tests import MAX_GROUPS, MAX_TESTS
from etude.content.parser import MAX_HINTS
from etude.content.tree import ACTIVITY_LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.features.authoring.texts import Values

MAX_FILES = ACTIVITY_LIMITS.max_files
MOST: Mapping[str, int] = {
    "hints": MAX_HINTS,
    "groups": MAX_GROUPS,
    "tests": MAX_TESTS,
    "questions": MAX_QUESTIONS,
    "choices": MAX_CHOICES,
    "starters": MAX_FILES,
    "files": MAX_FILES,
    "solutions": MAX_FILES,
}
"""Every list of rows of the three forms, and how many it may have."""
_BLANKS: Mapping[str, Values] = {
    "groups": {"visibility": "hidden", "scoring": "all", "points": "10", "tests": [{}]},
    "single": {"type": "single", "points": "1", "choices": [{}, {}, {}]},
    "multiple": {"type": "multiple", "points": "1", "choices": [{}, {}, {}, {}]},
    "number": {"type": "number", "points": "1", "tolerance": "0"},
    "text": {"type": "text", "points": "1"},
}


def is_row_command(command: str) -> bool:
    """Tell whether a button changes rows, rather than saves."""
    return command.partition(":")[0] in {"add", "remove", "up"}


def change_rows(values: Values, command: str) -> bool:
    """Do what a button says, in place; tell whether it could be done: not beyond the end of a list, nor its limit."""
    verb, _colon, rest = command.partition(":")
    path, _colon, sort = rest.partition(":")
    if verb == "add":
        rows, name = _find_list(values, path.split("."), make=True), path.rpartition(".")[2]
        if rows is None or len(rows) >= MOST[name]:
            return False
        rows.append(deepcopy(_BLANKS.get(sort or name, {})))
        return True
    parent, _dot, place = path.rpartition(".")
    rows = _find_list(values, parent.split("."))
    if rows is None or not (place.isascii() and place.isdigit()) or int(place) >= len(rows):
        return False
    index = int(place)
    if verb == "remove":
        rows.pop(index)
    elif verb == "up" and index > 0:
        rows[index - 1], rows[index] = rows[index], rows[index - 1]
    return True


def _find_list(values: Values, path: list[str], *, make: bool = False) -> list[object] | None:
    """Return the list of rows at a path of names and places; None when there is none."""
    here: object = values
    for place, part in enumerate(path):
        if isinstance(here, dict) and part in MOST:
            if make and place == len(path) - 1 and not isinstance(here.get(part), list):
                here[part] = []
            here = here.get(part)
        elif isinstance(here, list) and part.isascii() and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    return here if isinstance(here, list) else None
