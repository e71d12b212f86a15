"""A folder in a bucket to which large files are sent: in parts, so that memory stays flat, and read back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from etude.storage import CHUNK_BYTES, hash_of
from etude.storage.s3.connecting import Access, connect
from etude.storage.s3.reading import Opened, asking

if TYPE_CHECKING:
    from pathlib import Path

PART_BYTES = 8 << 20
"""What is held in memory at a time. A store takes 10,000 parts: beyond 80 GB the library makes them larger."""


class S3Target:
    """A folder in a bucket. A file appears in it under its name only when all of it has arrived."""

    def __init__(self, access: Access, folder: str, scratch: Path) -> None:
        self._place = connect(access, scratch)
        self._prefix = f"{folder}/" if folder else ""
        self.address = f"s3://{access.bucket}/{folder} ({access.address})"

    def send(self, path: Path, sha256: str) -> None:
        """Send a file under its own name; the hash that it should have goes with it, for people.

        Raises:
            StorageFull: there is no room.
            StorageAway: the store does not answer, refuses us, or is not the one that we trust.
            FileMissing: the bucket is not there.
        """
        from boto3.s3.transfer import TransferConfig  # noqa: PLC0415  the extra is there: it was connected

        parts = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False)
        with path.open("rb") as source, asking(self._place):
            self._place.client.upload_fileobj(
                source,
                Bucket=self._place.bucket,
                Key=self._prefix + path.name,
                ExtraArgs={"Metadata": {"sha256": sha256}},
                Config=parts,
            )

    def read_hash(self, name: str) -> str:
        """Read back all that the store holds under a name and return its SHA-256.

        Raises:
            StorageAway: as `send`.
            FileMissing: it holds nothing of this name.
        """
        key = self._prefix + name
        with asking(self._place):
            size_bytes = int(self._place.client.head_object(Bucket=self._place.bucket, Key=key)["ContentLength"])
        with io.BufferedReader(Opened(self._place, key, size_bytes), CHUNK_BYTES) as file:
            return hash_of(file)

    def list_names(self) -> list[str]:
        """Return the names of the files in the folder.

        Raises:
            StorageAway: as `send`.
            FileMissing: the bucket is not there.
        """
        found = []
        with asking(self._place):
            pages = self._place.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._place.bucket, Prefix=self._prefix, Delimiter="/"):
                found += [str(entry["Key"]).removeprefix(self._prefix) for entry in page.get("Contents", ())]
        return found

    def delete(self, name: str) -> None:
        """Delete what was sent under a name.

        Raises:
            StorageAway: as `send`; StorageRefuses where the keys may only write.
        """
        with asking(self._place):
            self._place.client.delete_object(Bucket=self._place.bucket, Key=self._prefix + name)
