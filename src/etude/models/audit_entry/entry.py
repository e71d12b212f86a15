"""One line of the audit log: who did what to what, when, from where."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.audit_entry.proving import CHANGED, DETAIL_CHANGED, MISPLACED, UNSEALED, Proof
from etude.models.audit_entry.seal import AuditSeal
from etude.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

GENESIS = "0" * 64
"""What the first entry is chained to."""
READ_AT_ONCE = 500


def canonical(document: object) -> bytes:
    """Return the one JSON text of a document over which digests are made."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class AuditDetail(Base):
    """Names, addresses and values before and after: erasable, its salt with it; the entry keeps the digest only."""

    __tablename__ = "audit_detail"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id", ondelete="CASCADE"), unique=True)
    salt: Mapped[str]
    document: Mapped[dict[str, Any]]

    def digest(self) -> str:
        """Return the salted digest that the entry is chained over."""
        return hashlib.sha256(self.salt.encode() + canonical(self.document)).hexdigest()


class AuditEntry(Base):
    """One act. Holds ids and field names only; `digest` covers every column and the entry before."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_tag_id", "tag", "id"),
        sa.Index("ix_audit_entry_actor_id_id", "actor_id", "id"),
        sa.Index("ix_audit_entry_target", "target_type", "target_id", "id"),
        sa.Index("ix_audit_entry_course_id_id", "course_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    tag: Mapped[str]
    actor_id: Mapped[int | None]
    course_id: Mapped[int | None]
    target_type: Mapped[str]
    target_id: Mapped[int | None]
    fields: Mapped[list[Any]]
    request_id: Mapped[str]
    detail_digest: Mapped[str]
    previous_digest: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)

    detail: Mapped[AuditDetail | None] = relationship(lazy="raise", uselist=False)

    def compute_digest(self) -> str:
        """Return the digest over every column and the digest of the entry before."""
        return hashlib.sha256(
            canonical(
                [
                    self.at.isoformat(),
                    self.tag,
                    self.actor_id,
                    self.course_id,
                    self.target_type,
                    self.target_id,
                    self.fields,
                    self.request_id,
                    self.detail_digest,
                    self.previous_digest,
                ]
            )
        ).hexdigest()

    @classmethod
    def get_last(cls, session: Session) -> AuditEntry | None:
        """Return the newest entry: the one that the next is chained to."""
        return session.scalar(sa.select(cls).order_by(cls.id.desc()).limit(1))

    @classmethod
    def get_page(
        cls,
        session: Session,
        *,
        before_id: int | None = None,
        tag: str = "",
        actor_id: int | None = None,
        limit: int = 50,
    ) -> Sequence[AuditEntry]:
        """Return a page of entries with their details, newest first; `before_id` is the last id of the page before."""
        query = sa.select(cls).options(sa.orm.selectinload(cls.detail)).order_by(cls.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(cls.id < before_id)
        if tag:
            query = query.where(cls.tag == tag)
        if actor_id is not None:
            query = query.where(cls.actor_id == actor_id)
        return session.scalars(query).all()

    @classmethod
    def get_head(cls, session: Session) -> str:
        """Return the digest that the next entry is chained to: the newest entry's, or what the log begins with."""
        newest = session.scalar(sa.select(cls.digest).order_by(cls.id.desc()).limit(1))
        if newest is not None:
            return newest
        seal = AuditSeal.get_newest(session)
        return seal.digest if seal else GENESIS

    @classmethod
    def read_head(cls, engine: sa.Engine) -> str:
        """Return the head as it stands in a database, by a connection of its own."""
        with sa.orm.Session(engine) as session:
            return cls.get_head(session)

    @classmethod
    def has_head(cls, session: Session, digest: str) -> bool:
        """Tell whether the log still contains what was its head once: nothing up to there was taken or rewritten.

        A seal's digest counts too: what is before it was retired.
        """
        if digest == GENESIS:
            return True
        entry = sa.select(cls.id).where(cls.digest == digest)
        seal = sa.select(AuditSeal.id).where(AuditSeal.digest == digest)
        return session.scalar(entry) is not None or session.scalar(seal) is not None

    @classmethod
    def find_break(cls, session: Session) -> int | None:
        """Return the id of the first entry that does not fit the chain, None if all do."""
        return cls.prove(session).broken_at

    @classmethod
    def prove(cls, session: Session) -> Proof:
        """Walk the chain, from the first entry or from the newest seal, to its end or to what does not fit."""
        seal = AuditSeal.get_newest(session)
        head, entries = (seal.digest if seal else GENESIS), 0
        query = (
            sa.select(cls)
            .options(sa.orm.selectinload(cls.detail))
            .where(cls.id > (seal.entry_id if seal else 0))
            .order_by(cls.id)
            .execution_options(yield_per=READ_AT_ONCE)
        )
        with session.scalars(query) as found:  # closed at the first break too: PostgreSQL reads by a cursor
            for entry in found:
                if why := entry.find_fault(head):
                    return Proof(entries, head, entry.id, why)
                head, entries = entry.digest, entries + 1
        if seal is not None and not cls._is_told(session, seal):
            return Proof(entries, head, seal.entry_id, UNSEALED)
        return Proof(entries, head)

    def find_fault(self, previous: str) -> str:
        """Return what is wrong with this entry after one of this digest, "" if it fits; its detail must be loaded."""
        if self.previous_digest != previous:
            return MISPLACED
        if self.compute_digest() != self.digest:
            return CHANGED
        if self.detail is not None and self.detail.digest() != self.detail_digest:
            return DETAIL_CHANGED
        return ""

    @classmethod
    def _is_told(cls, session: Session, seal: AuditSeal) -> bool:
        """Tell whether the log itself holds the digest of its seal: one that was put in beside it is in no entry."""
        told = session.scalar(
            sa.select(cls)
            .options(sa.orm.selectinload(cls.detail))
            .where(cls.target_type == AuditSeal.__tablename__, cls.target_id == seal.id)
            .order_by(cls.id)
            .limit(1)
        )
        return told is not None and told.detail is not None and told.detail.document.get("digest") == seal.digest
