"""What several tables share: soft deletion, time stamps, an owner."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  SQLAlchemy reads the annotations
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from etude.core import clock
from etude.core.db import UtcDateTime
from etude.models.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class TimestampMixin:
    """When a row was made and last changed, in UTC."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime(), default=lambda: clock.now())  # noqa: PLW0108  tests replace it
    updated_at: Mapped[datetime] = mapped_column(
        UtcDateTime(),
        default=lambda: clock.now(),  # noqa: PLW0108
        onupdate=lambda: clock.now(),  # noqa: PLW0108
    )


class SoftDeleteMixin:
    """Logical deletion: the row stays, ordinary queries no longer see it, the bin shows it and can restore it."""

    retention = Retention(since="deleted_at", kept="retention_days", batch=20)

    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime(), default=None)

    @declared_attr
    def deleted_by_id(cls) -> Mapped[int | None]:  # noqa: N805  SQLAlchemy passes the class
        """Who deleted it."""
        return mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), default=None)

    @property
    def is_deleted(self) -> bool:
        """Tell whether the row is in the bin."""
        return self.deleted_at is not None

    @classmethod
    def get_active(cls, session: Session) -> Sequence[Self]:
        """Return every living row, oldest first. (The seed's name; pages use paged class queries.)"""
        return session.scalars(sa.select(cls).where(cls.deleted_at.is_(None)).order_by(sa.text("id"))).all()

    def delete(self, at: datetime, by_id: int | None) -> None:
        """Put the row in the bin; a row that is there already keeps its first date."""
        if self.deleted_at is None:
            self.deleted_at = at
            self.deleted_by_id = by_id

    def restore(self) -> None:
        """Take the row out of the bin."""
        self.deleted_at = None
        self.deleted_by_id = None


class OwnedMixin:
    """Belongs to a user, or to the school when `owner_id` is null."""

    @declared_attr
    def owner_id(cls) -> Mapped[int | None]:  # noqa: N805
        """The user who owns the row; null is the school."""
        return mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), index=True, default=None)

    def is_owned_by(self, user_id: int) -> bool:
        """Tell whether this user owns the row."""
        return self.owner_id == user_id
