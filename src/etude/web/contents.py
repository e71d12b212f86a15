"""The contents of activities, read from their stored versions once: a version never changes."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from cachetools import LRUCache

from etude.content import document_bytes, from_document
from etude.core.errors import NotFound
from etude.models import ActivityVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from etude.content import ActivityContent
    from etude.core.shelf import Shelf

KEPT = 128

_contents: LRUCache[tuple[int, str], ActivityContent] = LRUCache(KEPT)
_lock = threading.Lock()


@dataclass(slots=True)
class Near:
    """Where this machine keeps the documents that it fetched; None where the database is as near."""

    shelf: Shelf | None = None


near = Near()


def content_of(session: Session, version_id: int | None) -> ActivityContent:
    """Return the content of an activity's version; read from the database only the first time.

    Raises:
        NotFound: there is no such version.
    """
    row = session.execute(
        sa.select(ActivityVersion.id, ActivityVersion.digest).where(ActivityVersion.id == version_id)
    ).first()
    if row is None:
        raise NotFound
    key = (row.id, row.digest)
    with _lock:
        if key in _contents:
            return _contents[key]
    content = from_document(_document_of(session, row.id, row.digest))
    with _lock:
        _contents[key] = content
    return content


def _document_of(session: Session, version_id: int, digest: str) -> Mapping[str, Any]:
    """Return a version's document, from this machine's shelf if it is there; what differs from its hash is not used."""
    shelf = near.shelf
    kept = shelf.find(digest) if shelf is not None else None
    if kept is not None:
        known: Mapping[str, Any] = json.loads(kept)
        return known
    asked = sa.select(ActivityVersion.document).where(ActivityVersion.id == version_id)
    document: Mapping[str, Any] = session.scalars(asked).one()
    if shelf is not None:
        shelf.keep(document_bytes(document))
    return document
