"""A review: a teacher's points and comment on a submission; drafted, then released."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from etude.models.base import Base
from etude.models.mixins import TimestampMixin


class Review(TimestampMixin, Base):
    """What a teacher says of a submission. The student sees it from `released_at` on."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id", ondelete="CASCADE"), unique=True)
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), default=None)
    points: Mapped[Decimal | None] = mapped_column(default=None)
    comment: Mapped[str] = mapped_column(default="")
    released_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_released(self) -> bool:
        """Tell whether the student may see it."""
        return self.released_at is not None

    @classmethod
    def get_for_submission(cls, session: Session, submission_id: int) -> Review | None:
        """Return the review of a submission."""
        return session.scalar(sa.select(cls).where(cls.submission_id == submission_id))
