"""Pictures that a student's program made while it was judged.

Their bytes are in the database: a worker on another machine has nothing else in common with the pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class TestPicture(Base):
    """A picture of one test. `position` is the test's outcome's; `content_type` is what the bytes are."""

    __test__ = False  # pytest: this is no test class
    __tablename__ = "test_picture"
    __table_args__ = (sa.Index("ix_test_picture_submission_id_position", "submission_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str]
    content_type: Mapped[str]
    data: Mapped[bytes] = mapped_column(deferred=True)

    @classmethod
    def get_for_submission(cls, session: Session, submission_id: int) -> Sequence[TestPicture]:
        """Return the pictures of a submission's tests, in order, without their bytes."""
        return session.scalars(
            sa.select(cls).where(cls.submission_id == submission_id).order_by(cls.position, cls.id)
        ).all()

    @classmethod
    def get_in_submission(cls, session: Session, submission_id: int, picture_id: int) -> TestPicture | None:
        """Return one picture if it is this submission's, its bytes loaded."""
        return session.scalar(
            sa.select(cls)
            .options(sa.orm.undefer(cls.data))
            .where(cls.id == picture_id, cls.submission_id == submission_id)
        )
