"""The workers of the school, by what they say of themselves."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention
from etude.queue import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

WORKER_LOST = timedelta(seconds=90)
"""A worker that was silent for so long is taken to be gone."""
JUDGING_TIERS = frozenset({"full", "reduced"})


class WorkerState(Base):
    """What a running worker says of itself every half minute: what it can judge, and if it judges nothing, why not.

    `reason` tells why its machine cannot isolate programs, `fault` what else keeps it from judging (its disk is full,
    the database is of another version), `fix` what helps; they are for staff. A sentence that is marked for translation
    is JSON of itself and its values. `languages` maps each language that it can judge to its version.
    `clock_difference_s` is how far its clock is ahead of the database's; its times are corrected by that. `free_bytes`
    is what is free for its data. A row that was not renewed for WORKER_LOST is a worker that is gone.

    Every column that came later has a default of the database: a worker of an earlier version can still write its row.
    """

    __tablename__ = "worker_state"
    retention = Retention(since="seen_at", kept=timedelta(days=1))

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
    tier: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    fix: Mapped[str] = mapped_column(default="")
    fault: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[str] = mapped_column(default="", server_default="")
    protocol: Mapped[int] = mapped_column(default=PROTOCOL, server_default="1")
    cores: Mapped[int] = mapped_column(default=0, server_default="0")
    languages: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    clock_difference_s: Mapped[float] = mapped_column(default=0.0, server_default="0")
    free_bytes: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)

    def get_reason(self) -> tuple[str, dict[str, str]]:
        """Return the sentence of what keeps it from judging, and the values for its places; ("", {}) for nothing."""
        return _sentence(self.fault or self.reason)

    @property
    def is_judging(self) -> bool:
        """Tell whether it takes what it can judge."""
        return self.tier in JUDGING_TIERS and not self.fault

    def can(self, needs: Collection[str], protocol: int = PROTOCOL) -> bool:
        """Tell whether it takes a task that needs these languages and this version of the protocol."""
        return self.is_judging and self.protocol >= protocol and set(needs) <= set(self.languages)

    @classmethod
    def get_alive(cls, session: Session, at: datetime) -> Sequence[WorkerState]:
        """Return the workers that were heard of lately, at most 100."""
        return session.scalars(
            sa.select(cls).where(cls.seen_at > at - WORKER_LOST).order_by(cls.seen_at.desc()).limit(100)
        ).all()

    @classmethod
    def get_known(cls, session: Session) -> Sequence[WorkerState]:
        """Return the workers of the last day that were not stopped in order, by name, at most 200."""
        return session.scalars(sa.select(cls).order_by(cls.name).limit(200)).all()


def _sentence(stored: str) -> tuple[str, dict[str, str]]:
    if not stored.startswith("{"):
        return stored, {}
    found = json.loads(stored)
    return found["id"], found["values"]
