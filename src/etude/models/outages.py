"""When something that the school's machines share could not be reached, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Service(StrEnum):
    """What may be away."""

    DATABASE = "database"
    REDIS = "redis"


class Outage(Base):
    """A service was away from `began_at` to `ended_at`, as those noticed it who use it; written once it was back."""

    __tablename__ = "outage"
    retention = Retention(since="ended_at", kept=timedelta(days=90))

    id: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[Service] = mapped_column(
        sa.Enum(Service, native_enum=False, length=16, values_callable=lambda e: [m.value for m in e])
    )
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def length_s(self) -> float:
        """How many seconds it lasted."""
        return (self.ended_at - self.began_at).total_seconds()

    @classmethod
    def note(cls, session: Session, service: Service, began_at: datetime, ended_at: datetime) -> None:
        """Write an outage down; what another worker noticed of the same one is made one with it."""
        if session.get_bind().dialect.name == "postgresql":  # or two workers would both find nothing there
            session.execute(sa.text("LOCK TABLE outage IN SHARE ROW EXCLUSIVE MODE"))
        same = session.scalars(
            sa.select(cls).where(cls.service == service, cls.began_at <= ended_at, cls.ended_at >= began_at)
        ).all()
        for one in same:
            session.delete(one)
        began_at = min([began_at, *(one.began_at for one in same)])
        ended_at = max([ended_at, *(one.ended_at for one in same)])
        session.add(cls(service=service, began_at=began_at, ended_at=ended_at))

    @classmethod
    def get_latest(cls, session: Session, *, limit: int = 20) -> Sequence[Outage]:
        """Return the outages that ended last, the latest first."""
        return session.scalars(sa.select(cls).order_by(cls.ended_at.desc(), cls.id.desc()).limit(limit)).all()
