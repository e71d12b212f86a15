r"""Python’s `turtle` where there is no window: the module that programs in a console import instead.

Each stroke is a sequence that terminals pass over, `ESC _ turtle:[…] ESC \\`, with numbers, colours and short texts as
JSON; the page draws what it understands of it and ignores the rest (frontend/src/js/drawing.js). Nothing that a program
can put there is markup, and a program that prints such a sequence by itself draws, no more.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "turtle.py"


def files_for(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the module beside a program that speaks of turtles and brings no module of that name."""
    is_named = any(b"turtle" in data for name, data in files.items() if name.endswith(".py"))
    return {NAME: _source()} if is_named and NAME not in files else {}


@cache
def _source() -> bytes:
    return Path(__file__).with_name(NAME).read_bytes()
