"""Compiled programs by the hash of everything that made them; several threads and processes may share the folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_SIZE_BYTES = 512 << 20
# An entry used more recently than this may be about to be opened by another thread: never evicted.
_IN_USE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildCache:
    """The folder `directory` (made when needed, 0700): `<hash>` is a program, `<hash>.txt` what the compiler said.

    Entries appear whole or not at all (written beside, flushed, renamed). size_bytes: above it the entries unused for
    the longest time are removed.
    """

    directory: Path
    size_bytes: int = DEFAULT_SIZE_BYTES

    @staticmethod
    def key(parts: Sequence[str], files: Mapping[str, bytes]) -> str:
        """Return the hash for a compiler's version and command line and all files that it sees."""
        digest = hashlib.sha256(json.dumps(list(parts)).encode())
        for name in sorted(files):
            digest.update(json.dumps([name, len(files[name])]).encode())
            digest.update(files[name])
        return digest.hexdigest()

    def find(self, key: str) -> tuple[Path, str] | None:
        """Return the program and the compiler's words, and note the use; None if it is not there or damaged."""
        path = self.directory / key
        try:
            status = path.stat()
            if not status.st_size:
                return None
            said = path.with_suffix(".txt").read_text(encoding="utf-8")
            os.utime(path, ns=(time.time_ns(), status.st_mtime_ns))  # the jail knows the file by its mtime
        except (OSError, UnicodeDecodeError):
            return None
        return path, said

    def store(self, key: str, program: bytes, said: str) -> Path:
        """Keep a program; return where. Raises OSError when the folder cannot be written (a full disk)."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.directory / key
        self._write(path.with_suffix(".txt"), said.encode("utf-8", "replace"))
        self._write(path, program)
        self._evict()
        return path

    def _write(self, path: Path, data: bytes) -> None:
        descriptor, name = tempfile.mkstemp(dir=self.directory, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _evict(self) -> None:
        """Remove the longest unused entries above the size, and what a killed process left half-written."""
        entries = []
        with os.scandir(self.directory) as found:
            for entry in found:
                with contextlib.suppress(FileNotFoundError):  # removed by another process meanwhile
                    status = entry.stat(follow_symlinks=False)
                    entries.append((status.st_atime, status.st_size, Path(entry.path)))
        excess = sum(size for _, size, _ in entries) - self.size_bytes
        oldest_kept = time.time() - _IN_USE_S
        for used_at, size, path in sorted(entries):
            if used_at >= oldest_kept:
                break
            if excess > 0 or path.name.startswith("."):
                path.unlink(missing_ok=True)
                excess -= size
