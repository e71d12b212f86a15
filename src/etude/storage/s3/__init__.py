"""Files in an object store that speaks S3, under `uploads/` in a bucket; needs the extra `etude[s3]`.

Contents of activities, which workers of other machines fetch, are beside them under `contents/`.

What comes in is written to this machine's scratch folder first: its hash names it and is sent along, so that the store
refuses what was damaged on the way. What goes out is read in pieces, and read on where a connection broke.

An object store has no lock between looking at an object's time and deleting it. What is deleted is therefore put aside
under `deleted/`, from where it comes back when somebody handed the same bytes in at that very moment.
"""

from __future__ import annotations

import base64
import errno
import io
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from etude.core.errors import Notice, _
from etude.storage import (
    CHUNK_BYTES,
    FileMissing,
    StorageAway,
    StorageFull,
    StorageKind,
    StoredBytes,
    check_sha256,
    copy_capped,
)
from etude.storage.s3.connecting import Access, connect
from etude.storage.s3.reading import Opened, Place, asking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from etude.config import Config

KEPT = "uploads/"
DELETED = "deleted/"
CONTENTS = "contents/"
DELETED_CONTENTS = "deleted-contents/"
TRIED = "etude-tries-this-bucket"
KEYS_AT_ONCE = 1000
NO_ROOM_HERE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FAULT = _("The store of handed-in files, %(place)s, cannot be used: %(reason)s")


class S3Storage:
    """A bucket of an object store. Several threads, processes and machines may use it at once."""

    def __init__(self, place: Place, kept: str = KEPT, deleted: str = DELETED) -> None:
        self._place, self._kept, self._deleted = place, kept, deleted

    def put(self, source: BinaryIO, *, max_bytes: int) -> StoredBytes:
        """Keep what can be read from `source`. See `Storage.put`."""
        with self._waiting() as waiting:
            stored = _collect(source, waiting, max_bytes)
            checksum = base64.b64encode(bytes.fromhex(stored.sha256)).decode()
            with self._asked():
                self._place.client.put_object(
                    Bucket=self._place.bucket,
                    Key=self._kept + stored.sha256,
                    Body=waiting,
                    ContentLength=stored.size_bytes,
                    ChecksumSHA256=checksum,
                )
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """Open kept bytes. See `Storage.open`."""
        size_bytes = self._size_of(sha256)
        if size_bytes is None:
            raise FileMissing
        return io.BufferedReader(Opened(self._place, self._kept + sha256, size_bytes), CHUNK_BYTES)

    def holds(self, sha256: str) -> bool:
        """Tell whether something is kept under this hash."""
        return self._size_of(sha256) is not None

    def list_stored(self) -> Iterator[StoredBytes]:
        """Everything that is kept; a store lists its keys in order."""
        for entry in self._list(self._kept):
            name = str(entry["Key"]).removeprefix(self._kept)
            try:
                yield StoredBytes(sha256=check_sha256(name), size_bytes=int(entry["Size"]))
            except ValueError:
                continue  # not of ours

    def delete(self, sha256: str, *, before: datetime) -> bool:
        """Put aside what was last put before a time. See `Storage.delete`, and this module's text for the why."""
        head = self._head(self._kept + check_sha256(sha256))
        if head is None or head["LastModified"] >= before:
            return False
        with self._asked():
            self._copy(self._kept + sha256, self._deleted + sha256)
            self._place.client.delete_object(Bucket=self._place.bucket, Key=self._kept + sha256)
        return True

    def delete_unfinished(self, *, before: datetime) -> int:
        """Delete for good what was put aside before a time; the store itself keeps nothing half-written."""
        old = [str(entry["Key"]) for entry in self._list(self._deleted) if entry["LastModified"] < before]
        for key in old:
            with self._asked():
                self._place.client.delete_object(Bucket=self._place.bucket, Key=key)
        return len(old)

    def find_fault(self) -> Notice | None:
        """Write, read and delete a few bytes, and say what the store says where that fails."""
        place = {"Bucket": self._place.bucket, "Key": TRIED}
        try:
            with self._asked():
                self._place.client.put_object(**place, Body=b"tried")
                self._place.client.get_object(**place)["Body"].read()
                self._place.client.delete_object(**place)
        except (StorageAway, StorageFull, FileMissing) as error:
            endpoint = self._place.client.meta.endpoint_url
            values = {"place": f"{endpoint}/{self._place.bucket}", "reason": str(error.__cause__)}
            return Notice(FAULT, values)
        return None

    def _size_of(self, sha256: str) -> int | None:
        """Return the size of what is kept; what was put aside and is asked for is put back first."""
        key = self._kept + check_sha256(sha256)
        head = self._head(key)
        if head is None and self._head(self._deleted + sha256) is not None:
            with self._asked():
                self._copy(self._deleted + sha256, key)
            head = self._head(key)
        return None if head is None else int(head["ContentLength"])

    def _head(self, key: str) -> Any:  # noqa: ANN401  a document of the library
        try:
            with self._asked():
                return self._place.client.head_object(Bucket=self._place.bucket, Key=key)
        except FileMissing:
            return None

    def _copy(self, key: str, to: str) -> None:
        bucket = self._place.bucket
        self._place.client.copy_object(Bucket=bucket, Key=to, CopySource={"Bucket": bucket, "Key": key})

    def _list(self, prefix: str) -> Iterator[Any]:
        with self._asked():
            pages = self._place.client.get_paginator("list_objects_v2")
            sizes = {"PageSize": KEYS_AT_ONCE}
            for page in pages.paginate(Bucket=self._place.bucket, Prefix=prefix, PaginationConfig=sizes):
                yield from page.get("Contents", ())

    def _waiting(self) -> BinaryIO:
        self._place.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cast("BinaryIO", tempfile.TemporaryFile(dir=self._place.scratch))

    @contextmanager
    def _asked(self) -> Iterator[None]:
        with asking(self._place):
            yield


def _collect(source: BinaryIO, waiting: BinaryIO, max_bytes: int) -> StoredBytes:
    try:
        stored = copy_capped(source, waiting, max_bytes)
        waiting.seek(0)
    except OSError as error:
        if error.errno in NO_ROOM_HERE:
            raise StorageFull from error
        raise
    return stored


@lru_cache(maxsize=8)
def _connect(config: Config) -> Place:
    """Return the bucket; made once for its settings, since a client is slow to make. Nothing is asked of the store."""
    access = Access(
        chosen="ETUDE_STORAGE=s3",
        prefix="ETUDE_S3_",
        bucket=config.s3_bucket,
        endpoint=config.s3_endpoint,
        region=config.s3_region,
        access_key=config.s3_access_key,
        secret_key=config.s3_secret_key,
        ca=config.s3_ca,
        plain_host=config.s3_plain_host,
    )
    return connect(access, config.scratch)


def _make(config: Config) -> S3Storage:
    return S3Storage(_connect(config))


def _make_contents(config: Config) -> S3Storage:
    return S3Storage(_connect(config), CONTENTS, DELETED_CONTENTS)


ENTRY = StorageKind(
    name="s3", label="A bucket of an object store that speaks S3", make=_make, make_contents=_make_contents
)
