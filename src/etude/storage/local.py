"""Files in the data folder: `uploads/ab/cd/abcd…`, readable by the server's account only.

A file is written under `incoming/`, flushed to the disk, then renamed: whatever happens in between, nothing half-done
is ever found under a hash. Putting the same bytes again replaces the file by itself, which renews its time and heals
a damaged copy.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from etude.core.errors import Notice, _
from etude.storage import FileMissing, StorageFull, StorageKind, StoredBytes, check_sha256, copy_capped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from etude.config import Config

FOLDER_MODE = 0o700
FILE_MODE = 0o600
INCOMING = "incoming"
LOCK_NAME = ".lock"
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LocalStorage:
    """A folder of this machine. Several threads and processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, source: BinaryIO, *, max_bytes: int) -> StoredBytes:
        """Keep what can be read from `source`. See `Storage.put`."""
        try:
            return self._put(source, max_bytes)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise StorageFull from error
            raise

    def open(self, sha256: str) -> BinaryIO:
        """Open kept bytes by descriptor: a link or a folder in their place is refused. See `Storage.open`."""
        try:
            descriptor = os.open(self._path(sha256), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise FileMissing from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileMissing
        return os.fdopen(descriptor, "rb")

    def holds(self, sha256: str) -> bool:
        """Tell whether something is kept under this hash."""
        return self._path(sha256).is_file()

    def list_stored(self) -> Iterator[StoredBytes]:
        """Everything that is kept, in the order of the hashes."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            with suppress(ValueError, FileNotFoundError):  # not of ours, or deleted meanwhile
                yield StoredBytes(sha256=check_sha256(path.name), size_bytes=path.stat().st_size)

    def delete(self, sha256: str, *, before: datetime) -> bool:
        """Delete what was last put before a time.

        Looking at the time and deleting are one step under the lock: a `put` of the same bytes cannot come between.
        """
        path = self._path(sha256)
        with self._locked(fcntl.LOCK_EX):
            if not _is_older(path, before):
                return False
            path.unlink()
        return True

    def delete_unfinished(self, *, before: datetime) -> int:
        """Delete half-written files older than a time. See `Storage.delete_unfinished`."""
        old = [path for path in (self.root / INCOMING).glob(".*.part") if _is_older(path, before)]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def find_fault(self) -> Notice | None:
        """Tell whether the folder may be written to; room on the disk is looked at by itself."""
        if not self.root.exists() or os.access(self.root, os.W_OK | os.X_OK):
            return None
        return Notice(_("Étude may not write to the folder of handed-in files, %(folder)s."), {"folder": self.root})

    def _put(self, source: BinaryIO, max_bytes: int) -> StoredBytes:
        incoming = self.root / INCOMING
        self.root.mkdir(
            mode=FOLDER_MODE, parents=True, exist_ok=True
        )  # alone: `parents` of a deeper one get another mode
        incoming.mkdir(mode=FOLDER_MODE, exist_ok=True)
        path = incoming / f".{secrets.token_hex(16)}.part"  # hidden: a backup leaves it out
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as target:
                stored = copy_capped(source, target, max_bytes)
                os.fsync(target.fileno())
            self._place(path, stored.sha256)
        finally:
            path.unlink(missing_ok=True)
        return stored

    def _place(self, path: Path, sha256: str) -> None:
        place = self._path(sha256)
        with self._locked(fcntl.LOCK_SH):
            for folder in (place.parent.parent, place.parent):
                folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            path.replace(place)
        for folder in (place.parent, place.parent.parent, self.root):
            _flush_folder(folder)

    def _path(self, sha256: str) -> Path:
        check_sha256(sha256)
        return self.root / sha256[:2] / sha256[2:4] / sha256

    @contextmanager
    def _locked(self, mode: int) -> Iterator[None]:
        self.root.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        descriptor = os.open(self.root / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(descriptor, mode)  # of the open file, so it also keeps threads of one process apart
            yield
        finally:
            os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat(follow_symlinks=False).st_mtime, UTC) < before
    except FileNotFoundError:
        return False


def _make(config: Config) -> LocalStorage:
    return LocalStorage(config.uploads)


ENTRY = StorageKind(name="local", label="A folder of this machine", make=_make)
