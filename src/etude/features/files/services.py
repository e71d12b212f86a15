"""The garbage collection of kept files, and the check that every file is there and whole; for the scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core import logging
from etude.extensions import db
from etude.models import ActivityVersion, StoredFile
from etude.models.submission.operations import delete_unreferenced_files
from etude.storage import is_intact

if TYPE_CHECKING:
    from etude.storage import Storage

_log = logging.get(__name__)
GRACE = timedelta(days=2)
"""Bytes this young are left alone: the transaction that attaches them may still be on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a collection deleted: rows of the database, files of the storage, half-written files."""

    rows: int
    files: int
    unfinished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found, by SHA-256: bytes that have changed, and bytes that the database knows and nobody holds."""

    file_count: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether every file is there and as it was handed in."""
        return not self.damaged and not self.missing


def collect_garbage(storage: Storage, *, at: datetime) -> Collected:
    """Delete what no submission has any more: first the rows, then, in the storage, what has no row.

    A hand-in at the same moment is safe: it renews the time of row and file, and both are deleted only when older than
    GRACE. A process that is killed in between leaves files without rows, which the next collection deletes.
    """
    before = at - GRACE
    with db.session.begin():
        rows = delete_unreferenced_files(db.session, before=before)
    known = set(db.session.scalars(sa.select(StoredFile.sha256)))
    left = [stored.sha256 for stored in storage.list_stored() if stored.sha256 not in known]
    files = sum(storage.delete(sha256, before=before) for sha256 in left)
    collected = Collected(rows=rows, files=files, unfinished=storage.delete_unfinished(before=before))
    _log.info("files_collected", rows=collected.rows, files=collected.files, unfinished=collected.unfinished)
    return collected


def collect_contents(storage: Storage, *, at: datetime) -> int:
    """Delete contents of activities that are shared and that no version has any more; return how many."""
    before = at - GRACE
    known = set(db.session.scalars(sa.select(ActivityVersion.digest)))
    left = [stored.sha256 for stored in storage.list_stored() if stored.sha256 not in known]
    count = sum(storage.delete(sha256, before=before) for sha256 in left)
    storage.delete_unfinished(before=before)
    return count


def check_files(storage: Storage) -> Checked:
    """Read every kept file again and compare it with its hash. Slow: it reads everything."""
    known = db.session.scalars(sa.select(StoredFile.sha256).order_by(StoredFile.sha256)).all()
    missing = tuple(sha256 for sha256 in known if not storage.holds(sha256))
    damaged = tuple(sha256 for sha256 in known if sha256 not in missing and not is_intact(storage, sha256))
    return Checked(file_count=len(known), damaged=damaged, missing=missing)
