"""A Run: the student tries a program in the jail with typed input; it counts for nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base


class Run(Base):
    """One try. `state` is queued, running, done or failed; rows older than a day are purged."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    files: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    stdin: Mapped[str] = mapped_column(deferred=True)
    state: Mapped[str] = mapped_column(default="queued")
    token: Mapped[str]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
