"""A look over somebody's shoulder: who, at which console, from when to when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention
from etude.models.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

LONGEST = timedelta(minutes=11)
"""A look lasts as long as one stream, at most ten minutes; one that is older ended with its process."""


class ConsoleLook(Base):
    """One look of a member of the staff at a student's console; purged with the consoles, after 90 days."""

    __tablename__ = "console_look"
    retention = Retention(since="began_at", kept=timedelta(days=90))

    id: Mapped[int] = mapped_column(primary_key=True)
    console_id: Mapped[int] = mapped_column(sa.ForeignKey("console.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @classmethod
    def get_watchers(cls, session: Session, console_id: int, at: datetime) -> Sequence[str]:
        """Return the names of those who are looking at a console at this time, in the order in which they came."""
        rows = session.execute(
            sa.select(User.given_name, User.family_name)
            .join(cls, cls.by_id == User.id)
            .where(cls.console_id == console_id, cls.ended_at.is_(None), cls.began_at > at - LONGEST)
            .order_by(cls.id)
        )
        return list(dict.fromkeys(f"{given} {family}".strip() for given, family in rows))
