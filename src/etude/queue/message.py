"""The table of tasks that wait or are being worked on."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  SQLAlchemy reads the annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.core.db import Base

PROTOCOL = 1
"""Which tasks and documents this version of Étude understands: those of this number and of every lower one. It grows
when a task, an answer's or an activity's document changes so that an older worker could read it wrongly."""


class TaskMessage(Base):
    """One task. Whoever holds `claim` works on it until `leased_until`; a dead worker's lease runs out.

    `subject` names the row it is about (`grade_submission:12`), so that the sweep finds rows that have no task.
    Tasks are taken by `urgency`, then `turn` (how many of its owner's waited when it came), then as they came. `needs`
    holds the languages that a worker must be able to judge, in alphabetical order with spaces between; `protocol` the
    version that it must understand.
    """

    __tablename__ = "task_message"
    __table_args__ = (sa.Index("ix_task_message_order", "queue", "urgency", "turn", "enqueued_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    queue: Mapped[str]
    body: Mapped[bytes]
    eta: Mapped[datetime]
    enqueued_at: Mapped[datetime]
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    claim: Mapped[str | None] = mapped_column(index=True, default=None)
    subject: Mapped[str] = mapped_column(index=True, default="")
    urgency: Mapped[int] = mapped_column(default=0, server_default="0")
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    owner_id: Mapped[int | None] = mapped_column(index=True, default=None)
    needs: Mapped[str] = mapped_column(default="", server_default="")
    protocol: Mapped[int] = mapped_column(default=PROTOCOL, server_default="1")
