"""Reading the audit log in pages: of one person, one thing, one course, one time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from etude.core.db import Base
from etude.models.audit_entry.entry import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; all when empty.

    Attributes:
        tag: of one tag.
        person_id: by or about one account, its places in courses included.
        target_type: about one kind of thing, by the name of its table.
        target_id: about one thing of that kind.
        course_id: in one course.
        since: from this time on.
        until: before this time.
        before_id: older than one entry.
    """

    tag: str = ""
    person_id: int | None = None
    target_type: str = ""
    target_id: int | None = None
    course_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


def get_page(session: Session, wanted: Wanted, *, limit: int = 50) -> Sequence[AuditEntry]:
    """Return entries with their details, newest first; each filter has its index."""
    query = _filtered(session, wanted)
    newest = AuditEntry.id.desc()
    if wanted.person_id is not None:
        query = _by_or_about(query, wanted.person_id, limit)
        page = query.limit(limit)
    else:
        page = query.order_by(newest).limit(limit)
    found = list(session.scalars(page))
    rows = session.scalars(
        sa.select(AuditEntry).options(selectinload(AuditEntry.detail)).where(AuditEntry.id.in_(found)).order_by(newest)
    )
    return rows.all()


def _filtered(session: Session, wanted: Wanted) -> sa.Select[int]:
    query = sa.select(AuditEntry.id)
    if wanted.before_id is not None:
        query = query.where(AuditEntry.id < wanted.before_id)
    if wanted.tag:
        query = query.where(AuditEntry.tag == wanted.tag)
    if wanted.course_id is not None:
        query = query.where(AuditEntry.course_id == wanted.course_id)
    if wanted.target_type:
        query = query.where(AuditEntry.target_type == wanted.target_type)
    if wanted.target_id is not None:
        query = query.where(AuditEntry.target_id == wanted.target_id)
    # Times become ids, which every index ends with; entries of one second may stand in another order than their times.
    if wanted.since is not None:
        query = query.where(AuditEntry.id >= (_first_since(session, wanted.since) or 1 << 62))
    if wanted.until is not None:
        query = query.where(AuditEntry.id <= (_last_before(session, wanted.until) or 0))
    return query


def _first_since(session: Session, at: datetime) -> int | None:
    query = sa.select(AuditEntry.id).where(AuditEntry.at >= at).order_by(AuditEntry.at, AuditEntry.id)
    return session.scalar(query.limit(1))


def _last_before(session: Session, at: datetime) -> int | None:
    query = sa.select(AuditEntry.id).where(AuditEntry.at < at).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return session.scalar(query.limit(1))


def _by_or_about(query: sa.Select[int], person_id: int, limit: int) -> sa.Select[int]:
    """Return the entries of a query that one person made or is the subject of, newest first.

    Ordered index scans and a merge: one OR over all three would walk the whole log.
    """
    enrolment = Base.metadata.tables["enrolment"]
    places = sa.select(enrolment.c.id).where(enrolment.c.user_id == person_id)
    parts = (
        query.where(AuditEntry.actor_id == person_id),
        query.where(AuditEntry.target_type == "user", AuditEntry.target_id == person_id),
        query.where(AuditEntry.target_type == "enrolment", AuditEntry.target_id.in_(places)),
    )
    rows = [part.order_by(AuditEntry.id.desc()).limit(limit).subquery() for part in parts]
    ids = sa.union(*(sa.select(one.c.id) for one in rows)).subquery()
    return sa.select(ids.c.id).order_by(ids.c.id.desc())


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
