"""Rows on their way into the database: gathered by table, inserted by the thousand through Core.

The tables are the models' own, with their types; foreign keys and unique constraints are checked by the database as
they are for the product, so that a school which was made is one that the product could have made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

AT_ONCE = 20_000
"""How many rows are kept in memory before they are written."""


class Writer:
    """Takes rows in any order and writes parents before their children."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._rows: dict[str, list[Mapping[str, Any]]] = {}
        self._waiting = 0
        self._order = [table.name for table in Base.metadata.sorted_tables]
        self.counts: dict[str, int] = {}

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Keep a row to be written; all rows of a table must name the same columns."""
        self._rows.setdefault(table, []).append(row)
        self._waiting += 1
        if self._waiting >= AT_ONCE:
            self.flush()

    def add_all(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep several."""
        for row in rows:
            self.add(table, row)

    def flush(self) -> None:
        """Write what is kept."""
        for name in self._order:
            if rows := self._rows.pop(name, []):
                self._connection.execute(sa.insert(Base.metadata.tables[name]), rows)
                self.counts[name] = self.counts.get(name, 0) + len(rows)
        self._connection.commit()
        self._waiting = 0

    def execute(self, statement: sa.Executable, rows: list[dict[str, Any]]) -> None:
        """Write what is kept, then send a statement for each of these rows."""
        self.flush()
        if rows:
            self._connection.execute(statement, rows)
            self._connection.commit()

    def finish(self) -> None:
        """Write the rest. PostgreSQL is told which numbers are taken, and both count what they hold (ANALYZE)."""
        self.flush()
        if self._connection.dialect.name == "postgresql":
            for table in Base.metadata.sorted_tables:
                if "id" in table.c and isinstance(table.c.id.type, sa.Integer):
                    newest = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0) + 1).scalar_subquery()
                    sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")
                    self._connection.execute(sa.select(sa.func.setval(sequence, newest, False)))
        self._connection.exec_driver_sql("ANALYZE")
        self._connection.commit()
