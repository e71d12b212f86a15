"""Entries of the audit log as JSON lines: what a machine reads, digests included."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etude.models import AuditEntry


def json_line(entry: AuditEntry) -> str:
    """Return an entry, its detail loaded, as one line without its end.

    The salt of the details is left out: what was exported before a person was erased proves nothing about the person.
    """
    values = {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "tag": entry.tag,
        "actor_id": entry.actor_id,
        "course_id": entry.course_id,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "fields": entry.fields,
        "request_id": entry.request_id,
        "details": entry.detail.document if entry.detail else None,
        "detail_digest": entry.detail_digest,
        "previous_digest": entry.previous_digest,
        "digest": entry.digest,
    }
    return json.dumps(values, ensure_ascii=False)
