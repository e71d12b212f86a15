"""Contents of activities in the object store that the school's machines share: the database sends each of them once."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

from etude.core import logging
from etude.storage import FileMissing, StorageAway, StorageFull

if TYPE_CHECKING:
    from etude.storage import Storage

_log = logging.get(__name__)


class SharedContents:
    """Bytes by their SHA-256 in a storage, as `core.shelf.Shelf` has them on a disk; losing them costs time alone."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def find(self, sha256: str) -> bytes | None:
        """Return the bytes of this hash; None when they are not there, are damaged, or the store does not answer."""
        try:
            with self._storage.open(sha256) as file:
                data = file.read()
        except FileMissing:
            return None
        except StorageAway as error:
            _log.warning("contents_away", reason=str(error.__cause__))
            return None
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
        _log.warning("contents_damaged", sha256=sha256)
        return None

    def keep(self, data: bytes) -> str:
        """Keep bytes for the other machines; return their hash. A store that is away or full is no error."""
        try:
            self._storage.put(io.BytesIO(data), max_bytes=len(data))
        except (StorageAway, StorageFull) as error:
            _log.warning("contents_not_shared", reason=str(error.__cause__))
        return hashlib.sha256(data).hexdigest()
