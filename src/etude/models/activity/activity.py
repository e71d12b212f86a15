"""An activity: one piece of work of a kind; what it says is in its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.activity.version import ActivityVersion
from etude.models.base import Base
from etude.models.mixins import OwnedMixin, SoftDeleteMixin, TimestampMixin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Activity(OwnedMixin, SoftDeleteMixin, TimestampMixin, Base):
    """A piece of work. `slug` names its folder; the titles repeat the latest version's, for lists."""

    __tablename__ = "activity"
    __table_args__ = (
        sa.Index("uq_activity_slug", "slug", unique=True, sqlite_where=sa.text("deleted_at IS NULL"),
                 postgresql_where=sa.text("deleted_at IS NULL")),
        sa.Index("ix_activity_title_fr", "title_fr"),
        sa.Index("ix_activity_title_en", "title_en"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    kind: Mapped[str]
    title_fr: Mapped[str]
    title_en: Mapped[str]
    latest_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("activity_version.id", ondelete="SET NULL", use_alter=True), default=None
    )

    latest: Mapped[ActivityVersion | None] = relationship(
        lazy="raise", foreign_keys=latest_version_id, post_update=True
    )

    def title(self, locale: str) -> str:
        """Return the title in a language, or in the other one where it has none."""
        first, second = (self.title_fr, self.title_en) if locale == "fr" else (self.title_en, self.title_fr)
        return first or second

    @classmethod
    def get_by_slug(cls, session: Session, slug: str) -> Activity | None:
        """Return the living activity of this slug."""
        return session.scalar(sa.select(cls).where(cls.slug == slug, cls.deleted_at.is_(None)))

    @classmethod
    def get_page(cls, session: Session, *, locale: str, offset: int, limit: int) -> Sequence[Activity]:
        """Return a page of the school's living activities, by title."""
        title = cls.title_fr if locale == "fr" else cls.title_en
        return session.scalars(sa.select(cls).order_by(title, cls.id).offset(offset).limit(limit)).all()
