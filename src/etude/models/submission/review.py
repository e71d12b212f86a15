"""A review: a teacher's points and comment on a submission; drafted, then released."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from etude.models.base import Base
from etude.models.mixins import TimestampMixin
from etude.models.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence


class Review(TimestampMixin, Base):
    """What a teacher says of a submission. The student sees it from `released_at` on.

    `points` are the assignment's, before the late rule. `version` grows with each save: a stale save is a conflict.
    """

    __tablename__ = "review"
    __table_args__ = (sa.Index("ix_review_released_at_submission_id", "released_at", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id", ondelete="CASCADE"), unique=True)
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), default=None)
    points: Mapped[Decimal | None] = mapped_column(default=None)
    comment: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=0)
    released_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_released(self) -> bool:
        """Tell whether the student may see it."""
        return self.released_at is not None

    @classmethod
    def get_for_submission(cls, session: Session, submission_id: int) -> Review | None:
        """Return the review of a submission."""
        return session.scalar(sa.select(cls).where(cls.submission_id == submission_id))

    @classmethod
    def get_released(cls, session: Session, submission_id: int) -> Review | None:
        """Return the review of a submission if the student may see it."""
        return session.scalar(sa.select(cls).where(cls.submission_id == submission_id, cls.released_at.is_not(None)))

    @classmethod
    def has_released_points(cls, session: Session, submission_id: int) -> bool:
        """Tell whether a teacher's points for a submission are released: they stand until the teacher changes them."""
        found = cls.get_released(session, submission_id)
        return found is not None and found.points is not None

    @classmethod
    def get_for_update(cls, session: Session, submission_id: int) -> Review | None:
        """Return the review of a submission, read again and locked for the rest of the transaction."""
        return session.scalar(
            sa.select(cls)
            .where(cls.submission_id == submission_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    @classmethod
    def get_released_with_reviewers(
        cls, session: Session, submission_ids: Sequence[int]
    ) -> Sequence[tuple[Review, User | None]]:
        """Return the released reviews of these submissions, each with who wrote it, deleted accounts included."""
        rows = session.execute(
            sa.select(cls, User)
            .outerjoin(User, User.id == cls.reviewer_id)
            .where(cls.submission_id.in_(submission_ids), cls.released_at.is_not(None))
            .execution_options(include_deleted=True)
        )
        return [(review, reviewer) for review, reviewer in rows]
