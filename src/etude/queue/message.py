"""The table of tasks that wait or are being worked on."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  SQLAlchemy reads the annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.core.db import Base


class TaskMessage(Base):
    """One task. Whoever holds `claim` works on it until `leased_until`; a dead worker's lease runs out.

    `subject` names the row it is about (`grade_submission:12`), so that the sweep finds rows that have no task.
    """

    __tablename__ = "task_message"
    __table_args__ = (sa.Index("ix_task_message_queue_eta", "queue", "eta"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    queue: Mapped[str]
    body: Mapped[bytes]
    eta: Mapped[datetime]
    enqueued_at: Mapped[datetime]
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    claim: Mapped[str | None] = mapped_column(index=True, default=None)
    subject: Mapped[str] = mapped_column(index=True, default="")
