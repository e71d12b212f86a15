"""A draft: what the student has typed, saved by itself; its versions are the work trail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

COALESCE = timedelta(seconds=30)
"""Saves closer together than this are one version of the trail."""

TYPING, RUN, SUBMIT, RESTORE, CONFLICT = "typing", "run", "submit", "restore", "conflict"
"""Why a state was kept."""


class Draft(Base):
    """One per student and assignment. `version` grows with each save: a stale save is a conflict, never a loss."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("assignment_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(default="")
    files: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]

    @classmethod
    def get_for(cls, session: Session, assignment_id: int, user_id: int) -> Draft | None:
        """Return one student's draft for one assignment."""
        return session.scalar(sa.select(cls).where(cls.assignment_id == assignment_id, cls.user_id == user_id))


class DraftVersion(Base):
    """One state of a draft: every 30 s of typing at most, and at each Run and Submit.

    `version` counts the states of the trail, not the draft's saves; `reason` is typing, run, submit, restore or
    conflict (what a stale save would have overwritten the draft with); `begun_at` and `saved_at`: first and last key.
    """

    __tablename__ = "draft_version"
    __table_args__ = (sa.Index("ix_draft_version_draft_id_version", "draft_id", "version", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id", ondelete="CASCADE"))
    version: Mapped[int]
    reason: Mapped[str]
    language: Mapped[str]
    files: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]

    @classmethod
    def get_newest(cls, session: Session, draft_id: int) -> DraftVersion | None:
        """Return the newest state of a draft's trail."""
        return session.scalar(sa.select(cls).where(cls.draft_id == draft_id).order_by(cls.version.desc()).limit(1))

    @classmethod
    def get_page(cls, session: Session, draft_id: int, *, offset: int, limit: int) -> Sequence[DraftVersion]:
        """Return a page of a draft's trail, newest first, without the files."""
        return session.scalars(
            sa.select(cls).where(cls.draft_id == draft_id).order_by(cls.version.desc()).offset(offset).limit(limit)
        ).all()

    @classmethod
    def get_with_files(cls, session: Session, draft_id: int, version: int) -> DraftVersion | None:
        """Return one state of a draft's trail, its files loaded."""
        return session.scalar(
            sa.select(cls).options(sa.orm.undefer(cls.files)).where(cls.draft_id == draft_id, cls.version == version)
        )

    @classmethod
    def get_with_earlier(cls, session: Session, draft_id: int, version: int) -> Sequence[DraftVersion]:
        """Return one state of a draft's trail and the one before it, newest first, their files loaded."""
        return session.scalars(
            sa.select(cls)
            .options(sa.orm.undefer(cls.files))
            .where(cls.draft_id == draft_id, cls.version <= version)
            .order_by(cls.version.desc())
            .limit(2)
        ).all()

    @classmethod
    def get_newest_in(cls, session: Session, draft_id: int, language: str) -> DraftVersion | None:
        """Return the newest state in a programming language, its files loaded."""
        return session.scalar(
            sa.select(cls)
            .options(sa.orm.undefer(cls.files))
            .where(cls.draft_id == draft_id, cls.language == language, cls.reason != CONFLICT)
            .order_by(cls.version.desc())
            .limit(1)
        )

    @classmethod
    def get_newest_run(cls, session: Session, assignment_id: int, user_id: int) -> DraftVersion | None:
        """Return the program that a person ran last for an assignment, its files loaded."""
        return session.scalar(
            sa.select(cls)
            .options(sa.orm.undefer(cls.files))
            .join(Draft, Draft.id == cls.draft_id)
            .where(Draft.assignment_id == assignment_id, Draft.user_id == user_id, cls.reason.in_((RUN, SUBMIT)))
            .order_by(cls.version.desc())
            .limit(1)
        )

    @classmethod
    def count(cls, session: Session, draft_id: int) -> int:
        """Return how many states a draft's trail has."""
        return session.scalar(sa.select(sa.func.count()).select_from(cls).where(cls.draft_id == draft_id)) or 0
