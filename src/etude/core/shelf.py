"""Bytes by their SHA-256 on this machine's disk, up to a size: what was fetched once need not be fetched again."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from etude.core import logging

_log = logging.get(__name__)
DEFAULT_SIZE_BYTES = 512 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Shelf:
    """A folder, made when needed (0700), that several threads and processes may share; losing it costs time alone.

    Args:
        folder: where the files are, each under its hash.
        size_bytes: above it those that were not used for the longest time are removed.
    """

    def __init__(self, folder: Path, size_bytes: int = DEFAULT_SIZE_BYTES) -> None:
        self._folder, self._size_bytes = folder, size_bytes

    def find(self, sha256: str) -> bytes | None:
        """Return the bytes of this hash and note the use; None when they are not there. Damaged ones are removed."""
        path = self._path(sha256)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
        _log.warning("shelf_damaged", sha256=sha256)
        path.unlink(missing_ok=True)
        return None

    def keep(self, data: bytes) -> str:
        """Keep bytes, whole or not at all; return their hash. A full disk keeps nothing and is no error."""
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._path(sha256), data)
            self._evict()
        except OSError as error:
            _log.warning("shelf_not_written", reason=str(error))
        return sha256

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256 in hexadecimal digits: {sha256!r}")
        return self._folder / sha256

    def _write(self, path: Path, data: bytes) -> None:
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(name).replace(path)  # not flushed: a power cut may damage it, which its hash tells
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _evict(self) -> None:
        """Remove the longest unused above the size, what a killed process left half-written among them."""
        entries = []
        with os.scandir(self._folder) as found:
            for entry in found:
                with suppress(FileNotFoundError):  # removed by another process meanwhile
                    status = entry.stat(follow_symlinks=False)
                    entries.append((status.st_mtime, status.st_size, Path(entry.path)))
        excess = sum(size for _, size, _ in entries) - self._size_bytes
        for _used_at, size, path in sorted(entries):
            if excess <= 0:
                break
            path.unlink(missing_ok=True)
            excess -= size
