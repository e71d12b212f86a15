"""A backup is one tar file, encrypted if there is a key: a manifest, a list of the handed-in files, the database, they.

It is made as a stream: the tar is never there in the clear beside its encrypted self, and memory stays flat. The key
that signs cookies is left out: a restored school makes a new one, and everybody signs in again.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa

from etude import __version__
from etude.core import schema
from etude.core.errors import Unavailable, _
from etude.features.backups import encryption, postgres
from etude.features.backups.scratch import scratch_folder
from etude.models import AuditEntry
from etude.system_errors import reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from etude.storage import Storage

FORMAT = 2
MANIFEST = "manifest.json"
LISTING = "uploads.txt"
DATABASE = "database"
PACKED_DATABASE = "database.gz"
UPLOADS = "uploads/"
PACKED = ".gz"
CHUNK = 1 << 20
UNWRITTEN = _("The backup could not be written: %(reason)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds, so that a restore can be compared: row counts by table, hashes, how many files.

    `parts` are the SHA-256 of the list of files and of the packed database; the list holds that of each file.
    `recipient` is the public half of the school's key, "" where there is none. `marks` is what others keep in a backup,
    by name: each is written when it is made and can be compared when it is restored. `audit_head` is the head of
    the audit log’s chain. `first_uploads` are the files of a backup of format 1 with their sizes.
    """

    made_at: str
    version: str
    migration: str
    database_kind: str
    database_sha256: str
    rows: dict[str, int]
    uploads_count: int = 0
    uploads_bytes: int = 0
    parts: dict[str, str] = field(default_factory=dict)
    recipient: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    first_uploads: dict[str, int] = field(default_factory=dict)
    audit_head: str = ""
    format: int = FORMAT

    @classmethod
    def from_document(cls, values: dict[str, Any]) -> Manifest:
        """Return the manifest of a backup of this format or the first one.

        Raises:
            TypeError, KeyError, AttributeError: it is no manifest.
        """
        if values["format"] == 1:
            uploads = values.pop("uploads")
            values |= {"uploads_count": len(uploads), "uploads_bytes": sum(uploads.values()), "first_uploads": uploads}
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a backup is made of, and for whom: without recipients it is not encrypted.

    `progress` is told after each file how many bytes of all are done; `prove` is given the finished file before it has
    its name, so that a process that is killed leaves no backup that nobody has tried.
    """

    engine: sa.Engine
    storage: Storage
    recipients: Sequence[str] = ()
    marks: dict[str, str] = field(default_factory=dict)
    progress: Callable[[int, int], None] = lambda _done, _all: None
    prove: Callable[[Path], None] = lambda _finished: None


def count_rows(engine: sa.Engine) -> dict[str, int]:
    """Return the number of rows of every table that the database has, whatever its migration."""
    names = sorted(set(sa.inspect(engine).get_table_names()) - {"alembic_version"})
    asked = {name: sa.select(sa.func.count()).select_from(sa.table(name)) for name in names}
    with engine.connect() as connection:
        return {name: connection.execute(one).scalar_one() for name, one in asked.items()}


def write(path: Path, plan: Plan, *, at: datetime) -> Manifest:
    """Write a backup to `path`; the file appears under its name only when it is whole.

    SQLite is copied by its own online backup in one step, beside writers (117 MB in 0.45 s, measured); never the file
    alone, which lacks the write-ahead log.

    Raises:
        Unavailable: there is not enough space, or the place of the handed-in files does not answer.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with scratch_folder(path.parent, ".making-") as scratch:
        part = scratch / path.name
        try:
            manifest = _prepare(scratch, plan, at)
            _write_out(part, _Pulled(_tar(scratch, plan, manifest)), plan.recipients)
        except OSError as error:
            raise Unavailable(UNWRITTEN, reason=reason(error)) from error
        except sqlite3.OperationalError as error:  # SQLite says in its own words that the disk is full
            why = reason(OSError(errno.ENOSPC, "")) if "full" in str(error) else str(error)
            raise Unavailable(UNWRITTEN, reason=why) from error
        part.chmod(0o600)
        plan.prove(part)
        part.replace(path)
    sync_folder(path.parent)
    return manifest


def _prepare(scratch: Path, plan: Plan, at: datetime) -> Manifest:
    """Copy the database and list the files into the scratch folder; return the manifest of both."""
    copy, packed = scratch / "database.copy", scratch / PACKED_DATABASE
    # An older database, about to be replaced or brought up to date, may lack the tables of today's log.
    audit_head = AuditEntry.read_head(plan.engine) if schema.is_up_to_date(plan.engine) else ""
    rows, migration = _copy_database(plan.engine, copy)
    with copy.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
        shutil.copyfileobj(source, target, CHUNK)
    database_sha256 = hash_file(copy)
    copy.unlink()
    count, size_bytes = _list_uploads(scratch / LISTING, plan.storage)
    return Manifest(
        made_at=at.isoformat(),
        version=__version__,
        migration=migration,
        database_kind=plan.engine.dialect.name,
        database_sha256=database_sha256,
        rows=rows,
        uploads_count=count,
        uploads_bytes=size_bytes,
        parts={name: hash_file(scratch / name) for name in (LISTING, PACKED_DATABASE)},
        recipient=plan.recipients[0] if plan.recipients else "",
        marks=plan.marks,
        audit_head=audit_head,
    )


def _list_uploads(listing: Path, storage: Storage) -> tuple[int, int]:
    """Write a line for each handed-in file, its hash and its size; return how many they are and their bytes."""
    count = size_bytes = 0
    with listing.open("w", encoding="ascii") as file:
        for stored in storage.list_stored():
            file.write(f"{stored.sha256} {stored.size_bytes}\n")
            count, size_bytes = count + 1, size_bytes + stored.size_bytes
    return count, size_bytes


def _copy_database(engine: sa.Engine, copy: Path) -> tuple[dict[str, int], str]:
    if engine.dialect.name == "postgresql":
        rows = postgres.dump(engine, copy)
        return rows, schema.current(engine) or ""
    with engine.connect() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        target = sqlite3.connect(copy)
        source.backup(target, pages=-1)  # in steps it would start again at every write of others
        target.execute("PRAGMA journal_mode=DELETE")
        target.close()
    copied = sa.create_engine(f"sqlite:///{copy}")
    rows, migration = count_rows(copied), schema.current(copied) or ""
    copied.dispose()
    return rows, migration


class _Pulled(io.RawIOBase):
    """The pieces that a generator makes, as a file to be read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any writable buffer
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _write_out(part: Path, tar: _Pulled, recipients: Sequence[str]) -> None:
    with part.open("wb") as target, io.BufferedReader(tar, CHUNK) as source:
        if recipients:
            encryption.encrypt(source, target, recipients)
        else:
            shutil.copyfileobj(source, target, CHUNK)
        target.flush()
        os.fsync(target.fileno())


def _tar(scratch: Path, plan: Plan, manifest: Manifest) -> Iterator[bytes]:
    """Yield the tar, piece by piece."""
    document = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    yield from _member(MANIFEST, io.BytesIO(document), len(document))
    for name in (LISTING, PACKED_DATABASE):
        with (scratch / name).open("rb") as file:
            yield from _member(name, file, (scratch / name).stat().st_size)
    done_bytes = 0
    for name, size_bytes in read_listing(scratch / LISTING):
        with tempfile.TemporaryFile(dir=scratch) as packed:
            pack(plan.storage, name, packed)
            packed_bytes = packed.tell()
            packed.seek(0)
            yield from _member(UPLOADS + name + PACKED, packed, packed_bytes)
        done_bytes += size_bytes
        plan.progress(done_bytes, manifest.uploads_bytes)
    yield bytes(2 * tarfile.BLOCKSIZE)


def pack(storage: Storage, name: str, target: IO[bytes]) -> None:
    """Write a handed-in file, compressed; the same bytes are always packed the same."""
    with storage.open(name) as source, gzip.GzipFile("", "wb", 6, target, mtime=0) as packing:
        shutil.copyfileobj(source, packing, CHUNK)


def read_listing(listing: Path) -> Iterator[tuple[str, int]]:
    """Yield the hash and the size of each handed-in file of a list, line by line."""
    with listing.open(encoding="ascii") as lines:
        for line in lines:
            name, size_bytes = line.split()
            yield name, int(size_bytes)


def _member(name: str, file: IO[bytes], size_bytes: int) -> Iterator[bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size_bytes, 0o600
    yield info.tobuf()
    while chunk := file.read(CHUNK):
        yield chunk
    yield bytes(-size_bytes % tarfile.BLOCKSIZE)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder would survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
