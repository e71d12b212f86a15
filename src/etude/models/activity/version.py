"""A version of an activity: what a submission was judged by. What it says never changes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from etude.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence


class ActivityVersion(Base):
    """The whole content of an activity at one time (`content.to_document()`), known by its digest.

    `check_result` tells how the solutions it carries were judged (see `publishing`); None: nobody asked yet. It is the
    one thing of a version that is written later. `note` is what its author said of it, `restored_number` the number of
    the earlier version that it brought back.
    """

    __tablename__ = "activity_version"
    __table_args__ = (sa.UniqueConstraint("activity_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="CASCADE"))
    number: Mapped[int]
    digest: Mapped[str]
    points: Mapped[Decimal]
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    check_result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True), default=None)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), default=None)
    made_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="", server_default="")
    restored_number: Mapped[int | None] = mapped_column(default=None)

    @classmethod
    def get_by_number(cls, session: Session, activity_id: int, number: int) -> ActivityVersion | None:
        """Return the version of an activity that has this number."""
        return session.scalar(sa.select(cls).where(cls.activity_id == activity_id, cls.number == number))

    @classmethod
    def get_for_update(cls, session: Session, version_id: int) -> ActivityVersion | None:
        """Return a version, locked until the transaction ends."""
        return session.scalar(sa.select(cls).where(cls.id == version_id).with_for_update())

    @classmethod
    def get_page(cls, session: Session, activity_id: int, *, offset: int, limit: int) -> Sequence[ActivityVersion]:
        """Return a page of an activity's versions, the newest first, without their documents."""
        query = sa.select(cls).where(cls.activity_id == activity_id).order_by(cls.number.desc())
        return session.scalars(query.offset(offset).limit(limit)).all()

    @classmethod
    def get_after(cls, session: Session, version_id: int, *, limit: int) -> Sequence[ActivityVersion]:
        """Return versions of all activities that were made after one, documents loaded, by id."""
        query = sa.select(cls).where(cls.id > version_id).order_by(cls.id).limit(limit)
        return session.scalars(query.options(sa.orm.undefer(cls.document))).all()

    @classmethod
    def get_next_number(cls, session: Session, activity_id: int) -> int:
        """Return the number that the activity's next version has, counted from 1."""
        return (session.scalar(sa.select(sa.func.max(cls.number)).where(cls.activity_id == activity_id)) or 0) + 1
