"""Handed-in files: kept once by their hash, outside any web root; the name a student gave is only ever text."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class StoredFile(Base):
    """The bytes of a file, by SHA-256."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int]
    stored_at: Mapped[datetime]

    @classmethod
    def get_by_hash(cls, session: Session, sha256: str) -> StoredFile | None:
        """Return the stored file of these bytes."""
        return session.scalar(sa.select(cls).where(cls.sha256 == sha256))


class SubmissionFile(Base):
    """A file of a submission under the name the student gave it."""

    __tablename__ = "submission_file"
    __table_args__ = (sa.Index("ix_submission_file_submission_id_position", "submission_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id", ondelete="CASCADE"))
    stored_file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    content_type: Mapped[str]

    stored: Mapped[StoredFile] = relationship(lazy="raise")

    @property
    def size_bytes(self) -> int:
        """The size; `stored` must be loaded."""
        return self.stored.size_bytes

    @classmethod
    def get_in_submission(cls, session: Session, submission_id: int, file_id: int) -> SubmissionFile | None:
        """Return one file if it is this submission's, its stored file loaded."""
        return session.scalar(
            sa.select(cls)
            .options(sa.orm.joinedload(cls.stored))
            .where(cls.id == file_id, cls.submission_id == submission_id)
        )

    @classmethod
    def get_for_submission(cls, session: Session, submission_id: int) -> Sequence[SubmissionFile]:
        """Return a submission's files in order, their stored files loaded."""
        return session.scalars(
            sa.select(cls)
            .options(sa.orm.joinedload(cls.stored))
            .where(cls.submission_id == submission_id)
            .order_by(cls.position)
        ).all()

    @classmethod
    def get_for_submissions(cls, session: Session, submission_ids: Sequence[int]) -> Sequence[SubmissionFile]:
        """Return the files of several submissions, each's in order, their stored files loaded."""
        return session.scalars(
            sa.select(cls)
            .options(sa.orm.joinedload(cls.stored))
            .where(cls.submission_id.in_(submission_ids))
            .order_by(cls.submission_id, cls.position)
        ).all()
