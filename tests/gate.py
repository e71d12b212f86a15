"""A worker program that is held in mid-judgement for as long as a test wants: no sleeping, no racing."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.installation import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _opened(gate: Path) -> int | None:
    """Return the writing end of the FIFO once the program reads from it."""
    try:
        return os.open(gate, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:  # ENXIO: nobody reads yet
        return None


@contextmanager
def held(gate: Path) -> Iterator[None]:
    """Wait until the worker has come to its gate (`worker_program.py`); it goes on when the block ends."""
    descriptor = wait_for(lambda: _opened(gate), "a worker that has judged its first test")
    try:
        yield
    finally:
        os.close(descriptor)
