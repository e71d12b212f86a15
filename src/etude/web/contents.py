"""The contents of activities, read from their stored versions once: a version never changes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import sqlalchemy as sa
from cachetools import LRUCache

from etude.content import from_document
from etude.core.errors import NotFound
from etude.models import ActivityVersion

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from etude.content import ActivityContent

KEPT = 128

_contents: LRUCache[tuple[int, str], ActivityContent] = LRUCache(KEPT)
_lock = threading.Lock()


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
    document = session.scalars(sa.select(ActivityVersion.document).where(ActivityVersion.id == version_id)).one()
    content = from_document(document)
    with _lock:
        _contents[key] = content
    return content
