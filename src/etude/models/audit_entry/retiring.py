"""Retiring the old beginning of the audit log: it is sealed first, then removed, a batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.audit_entry.entry import AuditEntry
from etude.models.audit_entry.seal import AuditSeal

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

BATCH = 2000


def find_last_before(session: Session, before: datetime) -> AuditEntry | None:
    """Return the last entry of the beginning in which everything is older than `before`; None if nothing is."""
    newer = session.scalar(sa.select(AuditEntry.id).where(AuditEntry.at >= before).order_by(AuditEntry.at).limit(1))
    old = sa.select(AuditEntry).where(AuditEntry.at < before)
    if newer is not None:  # machines' clocks differ: an older time may stand after a newer one
        old = old.where(AuditEntry.id < newer)
    return session.scalar(old.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(1))


def seal(session: Session, last: AuditEntry, at: datetime) -> AuditSeal:
    """Seal the log up to an entry, which must be after the newest seal. In the open transaction."""
    newest = AuditSeal.get_newest(session)
    known = newest.entry_id if newest else 0
    entries = session.scalar(
        sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.id > known, AuditEntry.id <= last.id)
    )
    row = AuditSeal(entry_id=last.id, digest=last.digest, entries=entries or 0, sealed_at=at)
    session.add(row)
    session.flush()
    return row


def remove_sealed(session: Session) -> int:
    """Remove a batch of the entries that are sealed, the oldest first, with their details; return how many."""
    newest = AuditSeal.get_newest(session)
    if newest is None:
        return 0
    sealed = sa.select(AuditEntry.id).where(AuditEntry.id <= newest.entry_id).order_by(AuditEntry.id).limit(BATCH)
    ids = session.scalars(sealed).all()
    if ids:
        gone = sa.delete(AuditEntry).where(AuditEntry.id <= ids[-1])
        session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)
