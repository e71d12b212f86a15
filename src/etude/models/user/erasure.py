"""That a person was erased: the account has no name any more, and its records go when their time is over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Erasure(Base):
    """One erased account, by its number; the row outlives the account, so that a restore erases it again.

    `account_made_at` is when the account was made: the same number in another school is somebody else.
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(unique=True)
    account_made_at: Mapped[datetime]
    erased_at: Mapped[datetime]
    kept_until: Mapped[datetime]

    @classmethod
    def get_for(cls, session: Session, user_id: int) -> Erasure | None:
        """Return the erasure of an account; None for one that has its name."""
        return session.scalar(sa.select(cls).where(cls.user_id == user_id))

    @classmethod
    def get_page(cls, session: Session, after_id: int, *, limit: int) -> Sequence[Erasure]:
        """Return erasures in the order in which they were made, after one of them."""
        return session.scalars(sa.select(cls).where(cls.id > after_id).order_by(cls.id).limit(limit)).all()
