"""What the school's processes measured in the last days, the errors they met, and what was told to a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from etude.core.incidents import Incident

SLOT = timedelta(minutes=5)
"""One row of a process covers so much time."""
MOST_ROWS = 10_000
MOST_GROUPS = 50


class Measurement(Base):
    """The counters of one process at the end of a slot of time, since that process began, and its highest gauges."""

    __tablename__ = "measurement"
    retention = Retention(since="slot", kept=timedelta(days=2))
    __table_args__ = (sa.UniqueConstraint("source", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    slot: Mapped[datetime] = mapped_column(index=True)
    totals: Mapped[dict[str, Any]]
    gauges: Mapped[dict[str, Any]]

    @classmethod
    def save(
        cls, session: Session, source: str, at: datetime, totals: Mapping[str, float], gauges: Mapping[str, float]
    ) -> None:
        """Store what a process shows now; its row of this slot is replaced, but for gauges that were higher."""
        slot = at - timedelta(seconds=at.timestamp() % SLOT.total_seconds())
        row = session.scalar(sa.select(cls).where(cls.source == source, cls.slot == slot))
        if row is None:
            row = cls(source=source, slot=slot, gauges={})
            session.add(row)
        row.totals = dict(totals)
        row.gauges = {name: max(value, row.gauges.get(name, value)) for name, value in gauges.items()}

    @classmethod
    def get_since(cls, session: Session, since: datetime) -> Sequence[Measurement]:
        """Return the rows since a time, in the order of time, at most MOST_ROWS."""
        return session.scalars(sa.select(cls).where(cls.slot >= since).order_by(cls.slot).limit(MOST_ROWS)).all()


class ErrorGroup(Base):
    """Errors of one cause: how often, when first and last, and where the log has the last one. No message, no data."""

    __tablename__ = "error_group"
    retention = Retention(since="last_at", kept=timedelta(days=30))

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    place: Mapped[str]
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    log_id: Mapped[str]

    @classmethod
    def add(cls, session: Session, incidents: Iterable[Incident]) -> None:
        """Add errors to their groups."""
        for one in incidents:
            group = session.get(cls, one.fingerprint, with_for_update=True)
            if group is None:
                group = cls(fingerprint=one.fingerprint, count=0, first_at=one.first_at)
                session.add(group)
            group.kind, group.place, group.log_id = one.kind[:200], one.place[:200], one.log_id
            group.count += one.count
            group.last_at = one.last_at

    @classmethod
    def get_latest(cls, session: Session) -> Sequence[ErrorGroup]:
        """Return the groups, the latest first, at most MOST_GROUPS."""
        return session.scalars(sa.select(cls).order_by(cls.last_at.desc()).limit(MOST_GROUPS)).all()


class Alarm(Base):
    """Something that needs a person: since when it is seen, and when it was told, so that it is told once a day."""

    __tablename__ = "alarm"
    retention = Retention(since="seen_at", kept=timedelta(days=2))

    name: Mapped[str] = mapped_column(primary_key=True)
    first_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    told_at: Mapped[datetime | None] = mapped_column(default=None)

    @classmethod
    def see(cls, session: Session, names: Sequence[str], at: datetime) -> Sequence[Alarm]:
        """Note what is wrong now, and forget what no longer is; return the rows of what is."""
        known = {one.name: one for one in session.scalars(sa.select(cls).limit(1000))}
        for name, row in known.items():
            if name not in names:
                session.delete(row)
        found = []
        for name in dict.fromkeys(names):
            row = known.get(name) or cls(name=name, first_at=at)
            session.add(row)
            row.seen_at = at
            found.append(row)
        return found
