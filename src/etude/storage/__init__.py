"""Where handed-in files are kept: by the hash of their bytes, outside any web root; one module per place.

What is kept never changes and is kept once, whoever handed it in. A place knows bytes and hashes only: names, authors
and rights are in the database.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from etude.config import ConfigError
from etude.core.errors import TooLarge, Unavailable, _
from etude.models.submission.operations import StoredUpload
from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from etude.config import Config
    from etude.core.errors import Notice

CHUNK_BYTES = 1 << 20
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


class StorageAway(Unavailable):
    """The place does not answer, or refuses us; nothing was lost (503)."""

    default = _(
        "The place where the school keeps handed-in files does not answer at the moment. Keep your files, and try "
        "again in a few minutes; if it goes on, tell your teacher."
    )


class StorageRefuses(StorageAway):
    """The place answers and says no to us, e.g. to the keys; its cause says why (503)."""


class StorageUntrusted(StorageAway):
    """What answers there has no certificate that we trust; it was told nothing (503)."""


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
            StorageAway: the place does not answer.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open kept bytes for reading, from anywhere in them; the caller closes. They are read as they are asked for.

        Raises:
            FileMissing: nothing is kept under this hash.
            StorageAway: the place does not answer; `read` raises it too.
        """
        ...

    def holds(self, sha256: str) -> bool:
        """Tell whether something is kept under this hash."""
        ...

    def list_stored(self) -> Iterator[StoredBytes]:
        """Everything that is kept, in the order of the hashes."""
        ...

    def delete(self, sha256: str, *, before: datetime) -> bool:
        """Delete what was last put before a time, and tell whether it was; what was put since then stays."""
        ...

    def delete_unfinished(self, *, before: datetime) -> int:
        """Delete what a killed process left half-written before a time; return how many files that were."""
        ...

    def find_fault(self) -> Notice | None:
        """Try whether the place can be used, and say what is wrong with it; None when all is well."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageKind:
    """One kind of place. `make` opens it for an installation; nothing is created before the first `put`.

    `make_contents` opens the part of it from which workers of other machines fetch the contents of activities, where
    there is one; what is in it is in the database too.
    """

    name: str
    label: str
    make: Callable[[Config], Storage]
    make_contents: Callable[[Config], Storage] | None = None


storages: Registry[StorageKind] = Registry("etude.storage", group="etude.storages")
"""Every kind of place by its name."""


def open_storage(config: Config) -> Storage:
    """Return the place where this installation keeps handed-in files; nothing is asked of it yet.

    Raises:
        ConfigError: there is no such kind of place, or its settings do not do.
    """
    return _kind_of(config).make(config)


def open_contents(config: Config) -> Storage | None:
    """Return the place from which machines fetch contents of activities; None where they come from the database.

    Raises:
        ConfigError: as for `open_storage`.
    """
    make = _kind_of(config).make_contents
    return make(config) if make is not None else None


def _kind_of(config: Config) -> StorageKind:
    known = storages.load()
    if config.storage not in known:
        sentence = _("%(name)s must be one of these: %(allowed)s. It is “%(text)s”.")
        raise ConfigError(sentence, name="ETUDE_STORAGE", allowed=", ".join(known), text=config.storage)
    return known[config.storage]


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
        StorageAway: the place does not answer.
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


def copy_capped(source: BinaryIO, target: BinaryIO, max_bytes: int) -> StoredBytes:
    """Copy what can be read from `source`, at most `max_bytes`, in pieces of 1 MiB; return hash and size.

    Raises:
        TooLarge: there is more; one byte too many was read to know it.
    """
    digest = hashlib.sha256()
    size_bytes = 0
    while chunk := source.read(min(CHUNK_BYTES, max_bytes - size_bytes + 1)):
        size_bytes += len(chunk)
        if size_bytes > max_bytes:
            raise TooLarge
        digest.update(chunk)
        view = memoryview(chunk)
        while view:  # an unbuffered write may take less than it is given, e.g. when the disk is nearly full
            view = view[target.write(view) :]
    return StoredBytes(sha256=digest.hexdigest(), size_bytes=size_bytes)


def hash_of(file: BinaryIO) -> str:
    """Return the SHA-256 of what can be read."""
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def is_intact(storage: Storage, sha256: str) -> bool:
    """Read what is kept under this hash again and tell whether its bytes still have it. Slow: reads everything.

    Raises:
        StorageAway: the place does not answer.
    """
    try:
        with storage.open(sha256) as file:
            return hash_of(file) == sha256
    except FileMissing:
        return False
