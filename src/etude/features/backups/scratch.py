"""Scratch folders beside the backups: a killed process leaves one behind, and the next one clears it away.

Each is locked by who works in it. The lock of a process ends with the process, so that a free one tells what was left.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process or thread at a time do something short in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def scratch_folder(parent: Path | None, prefix: str) -> Iterator[Path]:
    """Yield a new folder below `parent` (the system's place for such ones, without it), which goes in the end.

    What killed processes left below the same parent under the same prefix goes first.
    """
    parent = parent or Path(tempfile.gettempdir())
    with locked(parent):
        clear_left(parent, prefix)
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
        lock = (folder / LOCK).open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def clear_left(parent: Path, prefix: str) -> None:
    """Remove the folders of this prefix in which nobody works any more; the caller has locked their parent."""
    for left in parent.glob(f"{prefix}*"):
        try:
            with (left / LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
        except FileNotFoundError:  # killed before it was locked
            shutil.rmtree(left, ignore_errors=True)
        except OSError:  # somebody works in it, or it is another account's
            continue
