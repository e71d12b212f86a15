"""A bucket, what is asked of it, and one object read by ranges."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from etude.core import logging
from etude.storage import FileMissing, StorageAway, StorageFull, StorageRefuses, StorageUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_log = logging.get(__name__)
NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
CUT_OFF = ("EOF occurred", "UNEXPECTED_EOF")
NO_ROOM = frozenset({"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507"})


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket and the client that reaches it; a client may be used by several threads."""

    client: Any
    bucket: str
    scratch: Path


@contextmanager
def asking(place: Place) -> Iterator[None]:
    """Turn what the library raises into our sentences; what the store said goes to the log, with no name nor key."""
    from botocore.exceptions import BotoCoreError, ClientError, SSLError  # noqa: PLC0415  the extra is there by now

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in NOT_THERE:
            raise FileMissing from error
        _log.warning("store_refused", bucket=place.bucket, code=code)
        raise (StorageFull if code in NO_ROOM else StorageRefuses) from error
    except (BotoCoreError, OSError) as error:  # urllib3's own come wrapped, or as errors of the system
        _log.warning("store_away", bucket=place.bucket, reason=type(error).__name__)
        # A line that is cut in the middle is an SSLError too; whatever else TLS says is of a stranger.
        is_cut = any(words in str(error) for words in CUT_OFF)
        raise (StorageUntrusted if isinstance(error, SSLError) and not is_cut else StorageAway) from error


class Opened(io.RawIOBase):
    """One object, read by ranges: from where the reader stands, and again from there when a connection broke."""

    def __init__(self, place: Place, key: str, size_bytes: int) -> None:
        self._place, self._key, self._size_bytes = place, key, size_bytes
        self._at = 0
        self._body: Any = None

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that one may go anywhere in it."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere; the next read asks for the bytes from there."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size_bytes}[whence]
        target = max(0, base + offset)
        if target != self._at:
            self._drop()
        self._at = target
        return target

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any writable buffer
        """Read on; a connection that breaks is opened anew once for each piece."""
        wanted = min(len(buffer), self._size_bytes - self._at)
        if wanted <= 0:
            return 0
        try:
            data = self._read(wanted)
        except StorageAway:
            self._drop()
            data = self._read(wanted)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Let go of the connection."""
        self._drop()
        super().close()

    def _read(self, count: int) -> bytes:
        with asking(self._place):
            if self._body is None:
                found = self._place.client.get_object(
                    Bucket=self._place.bucket, Key=self._key, Range=f"bytes={self._at}-"
                )
                self._body = found["Body"]
            data: bytes = self._body.read(count)
        if not data:
            raise StorageAway  # fewer bytes than the store had promised
        return data

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
        self._body = None
