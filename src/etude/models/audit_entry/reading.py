"""Reading the audit log in pages, of one person or one course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from etude.models.audit_entry.entry import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of one tag, by or about one account, in one course, before one entry; all when empty."""

    tag: str = ""
    person_id: int | None = None
    course_id: int | None = None
    before_id: int | None = None


def get_page(session: Session, wanted: Wanted, *, limit: int = 50) -> Sequence[AuditEntry]:
    """Return entries with their details, newest first; each filter has its index."""
    query = sa.select(AuditEntry.id)
    if wanted.before_id is not None:
        query = query.where(AuditEntry.id < wanted.before_id)
    if wanted.tag:
        query = query.where(AuditEntry.tag == wanted.tag)
    if wanted.course_id is not None:
        query = query.where(AuditEntry.course_id == wanted.course_id)
    newest = AuditEntry.id.desc()
    if wanted.person_id is not None:
        # Two ordered index scans and a merge: one OR over both would walk the whole log.
        by = query.where(AuditEntry.actor_id == wanted.person_id).order_by(newest).limit(limit).subquery()
        about = query.where(AuditEntry.target_type == "user", AuditEntry.target_id == wanted.person_id)
        about_rows = about.order_by(newest).limit(limit).subquery()
        ids = sa.union(sa.select(by.c.id), sa.select(about_rows.c.id)).subquery()
        query = sa.select(ids.c.id)
        page = query.order_by(ids.c.id.desc()).limit(limit)
    else:
        page = query.order_by(newest).limit(limit)
    found = list(session.scalars(page))
    rows = session.scalars(
        sa.select(AuditEntry).options(selectinload(AuditEntry.detail)).where(AuditEntry.id.in_(found)).order_by(newest)
    )
    return rows.all()


def get_following(session: Session, after_id: int, last_id: int, *, limit: int) -> Sequence[AuditEntry]:
    """Return the entries after one and up to another with their details, oldest first."""
    query = (
        sa.select(AuditEntry)
        .options(selectinload(AuditEntry.detail))
        .where(AuditEntry.id > after_id, AuditEntry.id <= last_id)
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    return session.scalars(query).all()
