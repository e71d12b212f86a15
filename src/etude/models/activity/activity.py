"""An activity: one piece of work of a kind; what it says is in its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from etude.models.activity.version import ActivityVersion
from etude.models.base import Base
from etude.models.mixins import OwnedMixin, SoftDeleteMixin, TimestampMixin
from etude.models.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session


def _is_used() -> sa.ColumnElement[bool]:
    assignment = Base.metadata.tables["assignment"]
    return sa.exists().where(assignment.c.activity_id == Activity.id)


class Activity(OwnedMixin, SoftDeleteMixin, TimestampMixin, Base):
    """A piece of work. `slug` names its folder.

    The titles and `languages` (names of programming languages, spaces between) repeat the latest version's, for lists.
    """

    __tablename__ = "activity"
    # Students' work hangs on an activity that an assignment still uses.
    retention = Retention(since="deleted_at", kept="retention_days", batch=20, but=_is_used)
    __table_args__ = (
        sa.Index("uq_activity_slug", "slug", unique=True, sqlite_where=sa.text("deleted_at IS NULL"),
                 postgresql_where=sa.text("deleted_at IS NULL")),
        sa.Index("ix_activity_title_fr", "title_fr"),
        sa.Index("ix_activity_title_en", "title_en"),
        sa.Index("ix_activity_deleted_at", "deleted_at", sqlite_where=sa.text("deleted_at IS NOT NULL"),
                 postgresql_where=sa.text("deleted_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    kind: Mapped[str]
    title_fr: Mapped[str]
    title_en: Mapped[str]
    languages: Mapped[str] = mapped_column(default="", server_default="")
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

    @classmethod
    def count(cls, session: Session) -> int:
        """Return how many living activities the school has."""
        return session.scalar(sa.select(sa.func.count(cls.id)).where(cls.deleted_at.is_(None))) or 0

    @classmethod
    def get_taken_slugs(cls, session: Session, slugs: Iterable[str]) -> dict[str, int]:
        """Return the ids of the living activities that have one of these slugs, by slug."""
        rows = session.execute(sa.select(cls.slug, cls.id).where(cls.slug.in_(list(slugs)), cls.deleted_at.is_(None)))
        return {row.slug: row.id for row in rows}

    @classmethod
    def get_slugs(cls, session: Session, activity_ids: Iterable[int]) -> dict[int, str]:
        """Return the slugs of those of these activities that live, by id."""
        rows = session.execute(
            sa.select(cls.id, cls.slug).where(cls.id.in_(list(activity_ids)), cls.deleted_at.is_(None))
        )
        return {row.id: row.slug for row in rows}

    @classmethod
    def get_latest_versions(cls, session: Session) -> dict[str, int]:
        """Return the id of the newest version of every living activity that has one, by slug."""
        query = sa.select(cls.slug, cls.latest_version_id).where(cls.deleted_at.is_(None)).order_by(cls.slug)
        return {row.slug: row.latest_version_id for row in session.execute(query) if row.latest_version_id is not None}

    @classmethod
    def get_deleted_page(cls, session: Session, *, owner_id: int | None, offset: int, limit: int) -> Sequence[Activity]:
        """Return a page of the activities in the bin, the last deleted first; of one owner, or of all with None."""
        query = sa.select(cls).where(cls.deleted_at.is_not(None)).order_by(cls.deleted_at.desc(), cls.id)
        if owner_id is not None:
            query = query.where(cls.owner_id == owner_id)
        return session.scalars(query.offset(offset).limit(limit).execution_options(include_deleted=True)).all()
