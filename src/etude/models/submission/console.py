"""A live console: who ran a program, in what, how long, how it ended.

What it showed is kept only where the course says so, beside it: see models.watching.record.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KEPT_AFTER_END = timedelta(minutes=10)
"""How long the last screen is held after the end; see consoles.holder."""


class Console(Base):
    """One session. `key` is its name where the terminal is held, told to no browser; rows are purged after 90 days.

    `ending`: "" while it lives, then ended, cpu, memory, output or processes (the limit that it hit; older rows say
    limit), wall, idle, left, stopped, staff (stopped by them), compile, fault, or lost (with the process that held it).
    `is_kept`: what it shows is kept, as the student was told when it began. `demo_id`: the demonstration in which a
    class was shown it.
    """

    __tablename__ = "console"
    retention = Retention(since="opened_at", kept=timedelta(days=90))
    __table_args__ = (
        sa.Index("ix_console_user_id_assignment_id", "user_id", "assignment_id"),
        sa.Index("ix_console_living", "assignment_id", sqlite_where=sa.text("ended_at IS NULL"),
                 postgresql_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ending: Mapped[str] = mapped_column(default="")
    exit_code: Mapped[int | None] = mapped_column(default=None)
    signal: Mapped[int | None] = mapped_column(default=None)
    cpu_ms: Mapped[int] = mapped_column(default=0)
    is_kept: Mapped[bool] = mapped_column(default=False)
    demo_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("console_demo.id", ondelete="SET NULL"), index=True, default=None
    )

    @classmethod
    def get_own(cls, session: Session, console_id: int, user_id: int) -> Console | None:
        """Return a console of this person's."""
        return session.scalar(sa.select(cls).where(cls.id == console_id, cls.user_id == user_id))

    @classmethod
    def get_latest(cls, session: Session, assignment_id: int, user_id: int) -> Console | None:
        """Return a person's newest console of an assignment."""
        return session.scalar(
            sa.select(cls)
            .where(cls.assignment_id == assignment_id, cls.user_id == user_id)
            .order_by(cls.id.desc())
            .limit(1)
        )

    @classmethod
    def count_living(cls, session: Session, user_id: int) -> int:
        """Return how many consoles of a person have not ended."""
        return (
            session.scalar(
                sa.select(sa.func.count()).select_from(cls).where(cls.user_id == user_id, cls.ended_at.is_(None))
            )
            or 0
        )

    @classmethod
    def get_by_key(cls, session: Session, key: str) -> Console | None:
        """Return the console of this name, read again."""
        return session.scalar(sa.select(cls).where(cls.key == key).execution_options(populate_existing=True))

    @classmethod
    def end_lost(cls, session: Session, at: datetime) -> None:
        """Note that whatever lived is gone, with the process that held it."""
        session.execute(sa.update(cls).where(cls.ended_at.is_(None)).values(ended_at=at, ending="lost"))

    def can_be_shown(self, at: datetime) -> bool:
        """Tell whether its screen is still there."""
        if self.ending == "lost":
            return False
        return self.ended_at is None or at - self.ended_at < KEPT_AFTER_END

    def end(self, ending: str, at: datetime, *, exit_code: int | None, signal: int | None, cpu_ms: float) -> None:
        """Note how it ended, once."""
        if self.ended_at is None:
            self.ended_at, self.ending = at, ending
            self.exit_code, self.signal, self.cpu_ms = exit_code, signal, round(cpu_ms)
