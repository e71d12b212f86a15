"""A demonstration: somebody of the staff shows the console of an activity to the class, live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention
from etude.models.user import User

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ShownDemo:
    """A demonstration that goes on, with who shows it; `section_id`: the one section that it is for, None for all."""

    id: int
    section_id: int | None
    assignment_id: int
    by_id: int
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        """The name of who shows, as it is said."""
        return f"{self.given_name} {self.family_name}".strip()


class ConsoleDemo(Base):
    """One demonstration; one at a time in a course. `key` is its name where the terminals are held, told to no browser.

    `language` and `files`: the program that was shown last, as it stood when it was run. `ending`: "" while it goes on,
    then ended (by somebody), left (the page was), or lost (with the process that held it). `most_followers`: pages
    that looked on at the same time.
    """

    __tablename__ = "console_demo"
    retention = Retention(since="began_at", kept=timedelta(days=90))
    __table_args__ = (
        sa.Index("uq_console_demo_shown", "course_id", unique=True, sqlite_where=sa.text("ended_at IS NULL"),
                 postgresql_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="CASCADE"), index=True)
    section_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("section.id", ondelete="CASCADE"), index=True, default=None
    )
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(default="")
    files: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    began_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ending: Mapped[str] = mapped_column(default="")
    most_followers: Mapped[int] = mapped_column(default=0)

    @classmethod
    def get_shown(cls, session: Session, course_id: int) -> ShownDemo | None:
        """Return the demonstration that goes on in a course."""
        row = session.execute(
            sa.select(cls.id, cls.section_id, cls.assignment_id, cls.by_id, User.given_name, User.family_name)
            .join(User, User.id == cls.by_id)
            .where(cls.course_id == course_id, cls.ended_at.is_(None))
        ).first()
        return None if row is None else ShownDemo(*row)

    @classmethod
    def get_of_presenter(cls, session: Session, assignment_id: int, user_id: int) -> ConsoleDemo | None:
        """Return the demonstration that a person gives with an activity now."""
        return session.scalar(
            sa.select(cls).where(cls.assignment_id == assignment_id, cls.by_id == user_id, cls.ended_at.is_(None))
        )

    @classmethod
    def get_with_files(cls, session: Session, demo_id: int) -> ConsoleDemo:
        """Return a demonstration with the program that it shows. Raises NoResultFound when there is none."""
        return session.scalars(sa.select(cls).options(sa.orm.undefer(cls.files)).where(cls.id == demo_id)).one()

    @classmethod
    def get_by_key(cls, session: Session, key: str) -> ConsoleDemo | None:
        """Return the demonstration of this name, read again."""
        return session.scalar(sa.select(cls).where(cls.key == key).execution_options(populate_existing=True))

    @classmethod
    def get_all_shown(cls, session: Session) -> Sequence[ConsoleDemo]:
        """Return every demonstration that goes on: one in each course at most."""
        return session.scalars(sa.select(cls).where(cls.ended_at.is_(None)).order_by(cls.id)).all()

    def show(self, language: str, files: Mapping[str, str]) -> None:
        """Note which program is shown now."""
        self.language, self.files = language, dict(files)

    def end(self, why: str, at: datetime, *, most_followers: int) -> bool:
        """Note how it ended, once; tell whether it had not."""
        if self.ended_at is not None:
            return False
        self.ended_at, self.ending = at, why
        self.most_followers = max(self.most_followers, most_followers)
        return True
