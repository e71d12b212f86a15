"""A section: a group of a course's students."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.mixins import SoftDeleteMixin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Section(SoftDeleteMixin, Base):
    """A group inside a course, with extensions and a filter of its own."""

    __tablename__ = "section"
    __table_args__ = (
        sa.Index("uq_section_course_id_name", "course_id", "name", unique=True,
                 sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL")),
        sa.Index("ix_section_deleted_at", "deleted_at", sqlite_where=sa.text("deleted_at IS NOT NULL"),
                 postgresql_where=sa.text("deleted_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="CASCADE"))
    name: Mapped[str]

    @classmethod
    def get_for_course(cls, session: Session, course_id: int) -> Sequence[Section]:
        """Return a course's living sections, by name."""
        return session.scalars(sa.select(cls).where(cls.course_id == course_id).order_by(cls.name).limit(200)).all()

    @classmethod
    def get_deleted_page(cls, session: Session, course_id: int, *, offset: int, limit: int) -> Sequence[Section]:
        """Return a page of a course's sections in the bin, the last deleted first."""
        return session.scalars(
            sa.select(cls)
            .where(cls.course_id == course_id, cls.deleted_at.is_not(None))
            .order_by(cls.deleted_at.desc(), cls.id)
            .offset(offset)
            .limit(limit)
            .execution_options(include_deleted=True)
        ).all()
