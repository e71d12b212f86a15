"""A seal: where the audit log begins since its old beginning was retired."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class AuditSeal(Base):
    """The last entry of a beginning that was retired: its id and its digest, to which the rest is chained.

    `entries` is how many the seal retired. The entry of the log that tells of it holds the same digest.
    """

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    entries: Mapped[int]
    sealed_at: Mapped[datetime]

    @classmethod
    def get_newest(cls, session: Session) -> AuditSeal | None:
        """Return the seal from which the log is read."""
        return session.scalar(sa.select(cls).order_by(cls.entry_id.desc()).limit(1))
