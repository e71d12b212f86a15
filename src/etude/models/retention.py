"""How long rows are kept: each table says it of itself, and one job removes what is past its time.

A table that grows and is not kept for ever has a class attribute `retention`; what can be deleted has that of the bin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude.core.db import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from etude.config import Config

BATCH = 500
"""Rows that one transaction removes at most: nobody who wants to write waits for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long the rows of a table are kept.

    Attributes:
        since: the name of the column with the time from which it counts; a row without that time stays.
        kept: for how long; or the name of the setting that says for how many days.
        but: what keeps a row all the same.
        batch: how many rows one transaction removes; few where each takes much with it.
        first: what is done, in the same transaction, before these rows (by id) go.
    """

    since: str
    kept: timedelta | str
    but: Callable[[], sa.ColumnElement[bool]] | None = None
    batch: int = BATCH
    first: Callable[[Session, Sequence[int]], None] | None = None

    @property
    def is_short(self) -> bool:
        """Tell whether the rows live for hours: they are removed every hour, and nobody needs to be told."""
        return isinstance(self.kept, timedelta)

    def before(self, at: datetime, config: Config) -> datetime:
        """Return the time before which a row is past its time."""
        kept = self.kept if isinstance(self.kept, timedelta) else timedelta(days=getattr(config, self.kept))
        return at - kept


def retention_of(model: type[Base]) -> Retention:
    """Return how long the rows of a table are kept."""
    found: Retention = model.retention  # type: ignore[attr-defined]
    return found


def retained() -> list[type[Base]]:
    """Return the tables that say how long they keep their rows; what refers to another comes before it."""
    models = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    return [
        models[table]
        for table in reversed(Base.metadata.sorted_tables)
        if table in models and hasattr(models[table], "retention")
    ]


def purge_batch(session: Session, model: type[Base], before: datetime) -> int:
    """Remove the oldest rows of a table that are past their time, at most a batch; return how many. In the open
    transaction; what hangs on a row goes with it.
    """
    retention = retention_of(model)
    since: Any = getattr(model, retention.since)
    key: Any = sa.inspect(model).primary_key[0]
    query = sa.select(key).where(since < before).order_by(since).limit(retention.batch)
    if retention.but is not None:
        query = query.where(~retention.but())
    ids = session.scalars(query, execution_options={"include_deleted": True}).all()
    if ids:
        if retention.first is not None:
            retention.first(session, ids)
        session.execute(sa.delete(model).where(key.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)
