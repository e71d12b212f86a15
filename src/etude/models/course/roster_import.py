"""One import of names into a course, so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class RosterImport(Base):
    """A pasted list of names that became accounts and enrolments."""

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="CASCADE"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), default=None)
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    account_count: Mapped[int] = mapped_column(default=0)
    made: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The ids of what this import made anew: `users`, `sections`; what was there already is not in it."""

    @classmethod
    def get_recent(cls, session: Session, course_id: int) -> Sequence[RosterImport]:
        """Return a course's latest imports, newest first; at most 20."""
        return session.scalars(sa.select(cls).where(cls.course_id == course_id).order_by(cls.id.desc()).limit(20)).all()
