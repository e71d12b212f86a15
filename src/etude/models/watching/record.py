"""What a console showed, where the course keeps it: the end of it, for a time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MAX_BYTES = 64 << 10
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class ConsoleRecord(Base):
    """The last bytes that a program printed, with the echo of what was typed; removed after 30 days."""

    __tablename__ = "console_record"
    retention = Retention(since="kept_at", kept=timedelta(days=30))

    console_id: Mapped[int] = mapped_column(sa.ForeignKey("console.id", ondelete="CASCADE"), primary_key=True)
    output: Mapped[bytes] = mapped_column(deferred=True)
    is_whole: Mapped[bool]
    kept_at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def keep(cls, session: Session, console_id: int, output: bytes, *, is_whole: bool, at: datetime) -> None:
        """Keep what a console showed, once, and no more than 64 KB of it."""
        if session.get(cls, console_id) is None:
            is_cut = len(output) > MAX_BYTES
            kept = output[-MAX_BYTES:]
            session.add(cls(console_id=console_id, output=kept, is_whole=is_whole and not is_cut, kept_at=at))

    @classmethod
    def get_with_output(cls, session: Session, console_id: int) -> ConsoleRecord | None:
        """Return what a console showed."""
        return session.scalar(sa.select(cls).options(sa.orm.undefer(cls.output)).where(cls.console_id == console_id))

    def text(self) -> str:
        """Return it as plain text: no colours, no movements of the cursor; hostile still, to be escaped."""
        text = self.output.decode("utf-8", "replace").replace("\r\n", "\n")
        return CONTROLS.sub("", ESCAPES.sub("", text))
