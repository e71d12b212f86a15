"""Where handed-in files are kept: by the hash of their bytes, outside any web root; one module per place.

What is kept never changes and is kept once, whoever handed it in. A place knows bytes and hashes only: names, authors
and rights are in the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from etude.core.errors import Unavailable, _
from etude.models.submission.operations import StoredUpload
from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from etude.config import Config

MAX_FILE_BYTES = 48_000_000
"""The cap of one kept file: above the 20 MB that may be handed in, since a photo that is encoded again may grow."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class StorageFull(Unavailable):
    """The place has no room left; nothing of the file was kept (503)."""

    default = _(
        "The school’s disk is full: your files could not be kept, and nothing was handed in. Tell your teacher, and "
        "keep your files."
    )


class FileMissing(Unavailable):
    """The database knows a file whose bytes are not in the place, e.g. after half a restore (503)."""

    default = _("This file is missing on the school’s server. Tell your teacher: a backup may still hold it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBytes:
    """What was kept: the SHA-256 in 64 small hexadecimal digits, and the size."""

    sha256: str
    size_bytes: int


class Storage(Protocol):
    """A place that keeps bytes by their hash."""

    def put(self, source: BinaryIO, *, max_bytes: int) -> StoredBytes:
        """Keep what can be read from `source`; when it returns, the bytes would survive a power cut.

        Raises:
            TooLarge: there are more than `max_bytes`; no more than that is ever written.
            StorageFull: there is no room.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open kept bytes for reading; the caller closes.

        Raises:
            FileMissing: nothing is kept under this hash.
        """
        ...

    def holds(self, sha256: str) -> bool:
        """Tell whether something is kept under this hash."""
        ...

    def is_intact(self, sha256: str) -> bool:
        """Read what is kept under this hash again and tell whether its bytes still have it. Slow: reads everything."""
        ...

    def list_hashes(self) -> Iterator[str]:
        """Every hash under which something is kept, in order."""
        ...

    def delete(self, sha256: str, *, before: datetime) -> bool:
        """Delete what was last put before a time, and tell whether it was; what was put since then stays."""
        ...

    def delete_unfinished(self, *, before: datetime) -> int:
        """Delete what a killed process left half-written before a time; return how many files that were."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageKind:
    """One kind of place. `make` opens it for an installation; nothing is created before the first `put`."""

    name: str
    label: str
    make: Callable[[Config], Storage]


storages: Registry[StorageKind] = Registry("etude.storage", group="etude.storages")
"""Every kind of place by its name."""


def open_storage(config: Config) -> Storage:
    """Return the place where this installation keeps handed-in files."""
    return storages.load()["local"].make(config)


class Incoming(Protocol):
    """A file that waits to be kept (`kinds.IncomingFile`)."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def content_type(self) -> str: ...


def keep_files(storage: Storage, files: Sequence[Incoming]) -> list[StoredUpload]:
    """Keep the bytes of each file, before the transaction that attaches them to a submission.

    The waiting files are gone afterwards, whatever happens. What is kept and never attached (the transaction failed)
    is deleted by the garbage collection some days later.

    Raises:
        TooLarge: a file is larger than any activity may allow.
        StorageFull: there is no room.
    """
    try:
        return [_keep_file(storage, file) for file in files]
    finally:
        for file in files:
            file.path.unlink(missing_ok=True)


def _keep_file(storage: Storage, file: Incoming) -> StoredUpload:
    with file.path.open("rb") as source:
        stored = storage.put(source, max_bytes=MAX_FILE_BYTES)
    return StoredUpload(
        sha256=stored.sha256, size_bytes=stored.size_bytes, name=file.name, content_type=file.content_type
    )


def check_sha256(text: str) -> str:
    """Return a hash that is one; it becomes part of a path, so nothing else may pass.

    Raises:
        ValueError: it is not 64 small hexadecimal digits.
    """
    if not _SHA256.fullmatch(text):
        raise ValueError(f"not a SHA-256 in hexadecimal digits: {text!r}")
    return text
