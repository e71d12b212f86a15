"""Content handed to the jail by descriptor, without a path."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "linux":
    from fcntl import F_ADD_SEALS, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE, fcntl

_MFD_EXEC = 0x10  # Linux 6.3; older kernels refuse the flag and need none


def memory_file(name: str, content: bytes | bytearray, flags: int = 0) -> int:
    """A descriptor of a new file in memory, closed on exec."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | flags)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def sealed_file(name: str, content: bytes | bytearray, *, executable: bool = False) -> int:
    """A descriptor of a new file in memory that nobody can change any more."""
    try:
        descriptor = memory_file(name, content, os.MFD_ALLOW_SEALING | (_MFD_EXEC if executable else 0))
    except OSError:
        descriptor = memory_file(name, content, os.MFD_ALLOW_SEALING)
    try:
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


class ExecutableCopy:
    """A sealed copy in memory of one compiled program, kept while the same file is asked for again.

    So no host path, permission or mount option plays a part, and no program can change what the next test runs.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._descriptor = -1

    def open(self, path: Path) -> int:
        """Descriptor of a copy of `path`; it stays ours. Raises OSError if the file cannot be read."""
        found = path.stat()
        key = (str(path), found.st_ino, found.st_mtime_ns, found.st_size)
        if key != self._key:
            self.close()
            self._descriptor = sealed_file("program", path.read_bytes(), executable=True)
            self._key = key
        return self._descriptor

    def close(self) -> None:
        """Forget the copy. May be called twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1
        self._key = ()
