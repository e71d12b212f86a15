"""A folder in a bucket to which large files are sent: in parts, so that memory stays flat, and read back."""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from etude.storage import CHUNK_BYTES, FileMissing, StorageAway, StorageFull, StorageRefuses, hash_of
from etude.storage.s3.connecting import Access, connect
from etude.storage.s3.reading import Opened, asking

if TYPE_CHECKING:
    from pathlib import Path

PART_BYTES = 8 << 20
"""What is held in memory at a time, at least."""
MAX_PARTS = 10_000
"""What a store takes of one file: beyond 80 GB the parts are larger."""


class S3Target:
    """A folder in a bucket. A file appears in it under its name only when all of it has arrived."""

    def __init__(self, access: Access, folder: str, scratch: Path) -> None:
        self._place = connect(access, scratch)
        self._prefix = f"{folder}/" if folder else ""
        self.address = f"s3://{access.bucket}/{folder} ({access.address})"

    def send(self, path: Path, sha256: str) -> None:
        """Send a file under its own name; the hash that it should have goes with it, for people.

        A large one goes in parts: one that was cut off goes on behind the parts that are there and have these bytes.

        Raises:
            StorageFull: there is no room.
            StorageAway: the store does not answer, refuses us, or is not the one that we trust.
            FileMissing: the bucket is not there.
        """
        named = {"Bucket": self._place.bucket, "Key": self._prefix + path.name}
        with path.open("rb") as source:
            if path.stat().st_size <= PART_BYTES:
                with asking(self._place):
                    self._place.client.put_object(**named, Body=source, Metadata={"sha256": sha256})
            else:
                self._send_parts(named, source, path.stat().st_size, sha256)

    def _send_parts(self, named: dict[str, str], source: BinaryIO, size_bytes: int, sha256: str) -> None:
        client = self._place.client
        upload_id = self._find_unfinished(named["Key"])
        if upload_id is None:
            with asking(self._place):
                upload_id = str(client.create_multipart_upload(**named, Metadata={"sha256": sha256})["UploadId"])
        upload = {**named, "UploadId": upload_id}
        try:
            parts = self._complete_parts(upload, source, max(PART_BYTES, -(-size_bytes // MAX_PARTS)))
            with asking(self._place):
                client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        except (StorageFull, StorageRefuses, FileMissing):  # no second try goes on there; a cut leaves what arrived
            with suppress(StorageAway, FileMissing), asking(self._place):
                client.abort_multipart_upload(**upload)
            raise

    def _find_unfinished(self, key: str) -> str | None:
        """Return the newest upload of a file that was cut off, if there is one and we may know of it."""
        try:
            with asking(self._place):
                listed = self._place.client.list_multipart_uploads(Bucket=self._place.bucket, Prefix=key)
        except StorageRefuses:
            return None
        found = [one for one in listed.get("Uploads", ()) if one["Key"] == key]
        return str(max(found, key=lambda one: one["Initiated"])["UploadId"]) if found else None

    def _complete_parts(self, upload: dict[str, str], source: BinaryIO, part_bytes: int) -> list[dict[str, Any]]:
        """Send the parts that are not there, or are there with other bytes; return the number and the tag of each."""
        parts: list[dict[str, Any]] = []
        there = self._list_parts(upload)
        while part := source.read(part_bytes):
            number = len(parts) + 1
            tag = f'"{hashlib.md5(part, usedforsecurity=False).hexdigest()}"'  # what a store calls a part by
            if there.get(number) != tag:
                with asking(self._place):
                    tag = str(self._place.client.upload_part(**upload, PartNumber=number, Body=part)["ETag"])
            parts.append({"PartNumber": number, "ETag": tag})
        return parts

    def _list_parts(self, upload: dict[str, str]) -> dict[int, str]:
        found: dict[int, str] = {}
        with suppress(StorageRefuses), asking(self._place):
            for page in self._place.client.get_paginator("list_parts").paginate(**upload):
                found |= {int(part["PartNumber"]): str(part["ETag"]) for part in page.get("Parts", ())}
        return found

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
