"""The contents of activities, read from their stored versions once: a version never changes."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from cachetools import LRUCache

from etude.content import document_bytes, from_document
from etude.core.errors import NotFound
from etude.models import ActivityVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from etude.content import ActivityContent

KEPT = 128

_contents: LRUCache[tuple[int, str], ActivityContent] = LRUCache(KEPT)
_lock = threading.Lock()


class Place(Protocol):
    """Where documents are besides the database, by their SHA-256."""

    def find(self, sha256: str) -> bytes | None:
        """Return the bytes of this hash, which they have; None when they cannot be had."""
        ...

    def keep(self, data: bytes) -> str:
        """Keep bytes, if that is possible; return their hash."""
        ...


@dataclass(slots=True)
class Near:
    """Where documents are looked for before the database is asked, the nearest first; none where it is as near."""

    places: Sequence[Place] = ()


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
    """Return a version's document from the nearest place that has it; the nearer ones have it afterwards."""
    passed: list[Place] = []
    for place in near.places:
        if (kept := place.find(digest)) is not None:
            _keep(passed, kept)
            known: Mapping[str, Any] = json.loads(kept)
            return known
        passed.append(place)
    asked = sa.select(ActivityVersion.document).where(ActivityVersion.id == version_id)
    document: Mapping[str, Any] = session.scalars(asked).one()
    if passed:
        _keep(passed, document_bytes(document))
    return document


def _keep(places: Sequence[Place], data: bytes) -> None:
    for place in places:
        place.keep(data)
