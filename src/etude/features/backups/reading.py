"""Reading a backup, encrypted or not: as a stream, from its first byte to its last. Names in it are not trusted."""

from __future__ import annotations

import gzip
import json
import shutil
import tarfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from etude.core.errors import Refused, _
from etude.features.backups import encryption
from etude.features.backups.archive import (
    CHUNK,
    DATABASE,
    FORMAT,
    LISTING,
    MANIFEST,
    PACKED,
    PACKED_DATABASE,
    UPLOADS,
    Manifest,
    read_listing,
)
from etude.storage import MAX_FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from etude.storage import Storage

NO_BACKUP = _("“%(name)s” is not a backup of Étude, or it is damaged.")
NEWER = _("This backup was made by a newer version of Étude. Install that version to restore it.")
DAMAGED_FILE = _("the handed-in file %(name)s is damaged")
MAX_MANIFEST_BYTES = 64 << 20
UNREADABLE = (tarfile.TarError, OSError, EOFError, zlib.error)
"""What a damaged file raises while it is read."""


class Keep(Protocol):
    """What is done with each handed-in file of a backup: its hash, its size, and the bytes to be read."""

    def __call__(self, name: str, size_bytes: int, file: IO[bytes]) -> None: ...


def read_manifest(path: Path, identities: Sequence[str] = ()) -> Manifest:
    """Return what a backup says it holds.

    Raises:
        Refused: the file is no backup of Étude, of a newer format, or not to be opened with these identities.
    """
    try:
        with _opened(path, identities) as file:
            manifest, _tar = _begin(path, file)
            return manifest
    except UNREADABLE as error:
        raise Refused(NO_BACKUP, name=path.name) from error


def unpack(path: Path, folder: Path, keep: Keep, identities: Sequence[str] = ()) -> Manifest:
    """Unpack a backup: `database` and `uploads.txt` below `folder`; each handed-in file is given to `keep`.

    Raises:
        Refused: as `read_manifest`, or a file lacks or is one too many.
        OSError, EOFError, tarfile.TarError, zlib.error: it is damaged.
    """
    with _opened(path, identities) as file:
        manifest, tar = _begin(path, file)
        expected: Iterator[tuple[str, int]] = iter(manifest.first_uploads.items())
        while (info := tar.next()) is not None:
            tar.members = []  # type: ignore[attr-defined]  # what was read is not needed again: a large school has a million of them
            member = cast("IO[bytes]", tar.extractfile(info))
            if info.name == LISTING:
                _copy(member, folder / LISTING)
                expected = read_listing(folder / LISTING)
            elif info.name == PACKED_DATABASE:
                with gzip.open(member, "rb") as packed:
                    _copy(cast("IO[bytes]", packed), folder / DATABASE)
            else:
                _hand_over(path, info.name, member, (next(expected, ("", 0)), keep))
        if next(expected, None) is not None or not (folder / DATABASE).exists():
            raise Refused(NO_BACKUP, name=path.name)
        while file.read(CHUNK):  # the end of what is encrypted proves that nothing lacks
            pass
    return manifest


def _hand_over(path: Path, name: str, member: IO[bytes], to: tuple[tuple[str, int], Keep]) -> None:
    """Give a file to who keeps it, if it is the one that comes next in the list."""
    (expected, size_bytes), keep = to
    if not is_hash(expected) or name not in {UPLOADS + expected, UPLOADS + expected + PACKED}:
        raise Refused(NO_BACKUP, name=path.name)
    if name.endswith(PACKED):
        with gzip.open(member, "rb") as packed:
            keep(expected, size_bytes, cast("IO[bytes]", packed))
    else:
        keep(expected, size_bytes, member)


@contextmanager
def _opened(path: Path, identities: Sequence[str]) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        if not encryption.is_encrypted(file):
            yield file
            return
        with encryption.decrypted(file, identities, path.name) as plain:
            yield plain


def _begin(path: Path, file: IO[bytes]) -> tuple[Manifest, tarfile.TarFile]:
    """Read the manifest, the first of all; return it and the tar, from which the rest is read."""
    tar = tarfile.open(fileobj=file, mode="r|", bufsize=CHUNK)  # noqa: SIM115  the caller closes the file below it
    info = tar.next()
    if info is None or info.name != MANIFEST or not info.isreg() or info.size > MAX_MANIFEST_BYTES:
        raise Refused(NO_BACKUP, name=path.name)
    try:
        values: dict[str, Any] = json.loads(cast("IO[bytes]", tar.extractfile(info)).read())
        if values["format"] > FORMAT:
            raise Refused(NEWER)
        return Manifest.from_document(values), tar
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(NO_BACKUP, name=path.name) from error


def keep_in(storage: Storage) -> Keep:
    """Return what puts the files of a backup into a place.

    What it returns raises Refused for a file whose bytes do not have its hash.
    """

    def keep(name: str, size_bytes: int, file: IO[bytes]) -> None:
        del size_bytes
        stored = storage.put(cast("BinaryIO", file), max_bytes=MAX_FILE_BYTES)
        if stored.sha256 != name:
            raise Refused(DAMAGED_FILE, name=name)

    return keep


def is_hash(name: str) -> bool:
    """Tell whether a text is a SHA-256 in small hexadecimal digits: only then it becomes part of a path."""
    return len(name) == 64 and all(c in "0123456789abcdef" for c in name)


def _copy(source: IO[bytes], path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(source, target, CHUNK)
