"""Fills every table of an empty database with made-up rows: enough for the query planner to behave as in a real school.

The rows are drawn from the columns alone (foreign keys from the parent's ids, enumerations from their values), so a new
table or column needs nothing here. Rows that break a constraint are left out.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude.core.db import Points, UtcDateTime
from etude.models import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FEW = {
    "school": 1,
    "course": 40,
    "section": 400,
    "job_run": 3,
    "worker_state": 3,
    "audit_seal": 3,
    "activity": 200,
    "assignment": 400,
}
MANY = 2000
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OFTEN_NULL = {"deleted_at": 0.95, "deleted_by_id": 0.95, "ended_at": 0.5, "released_at": 0.3, "archived_at": 0.7}

MAKERS: tuple[tuple[type, Callable[[random.Random], Any]], ...] = (
    (UtcDateTime, lambda chance: NEWEST - timedelta(minutes=chance.randint(0, 500_000))),
    (Points, lambda chance: Decimal(chance.randint(0, 1000)) / 100),
    (sa.Boolean, lambda chance: chance.random() < 0.1),  # trials, hidden ones: seldom
    (sa.JSON, lambda _chance: {}),
    (sa.LargeBinary, lambda _chance: b"x"),
    (sa.Integer, lambda chance: chance.randint(1, 50)),
    (sa.Float, lambda _chance: 1.5),
)


def fill(database: str) -> None:
    """Fill every table of a SQLite database (its URL), then let the database count what it holds (ANALYZE)."""
    chance = random.Random(2)
    tables = Base.metadata.tables.values()
    sizes = {table.name: FEW.get(table.name, MANY) for table in tables}
    engine = sa.create_engine(database)  # a plain one: the foreign keys are checked by no row here
    with engine.begin() as connection:
        for table in tables:
            rows = list(_rows(table, sizes, chance))
            connection.execute(sa.insert(table).prefix_with("OR IGNORE"), rows)
            count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            assert count > len(rows) / 4, f"{table.name}: made-up rows break its constraints"
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _rows(table: sa.Table, sizes: dict[str, int], chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(1, sizes[table.name] + 1):
        yield {column.name: _value(column, number, sizes, chance) for column in table.columns}


def _value(column: sa.Column[Any], number: int, sizes: dict[str, int], chance: random.Random) -> Any:
    if column.primary_key:
        return number if isinstance(column.type, sa.Integer) else f"{column.name}-{number}"
    if column.nullable and chance.random() < OFTEN_NULL.get(column.name, 0.3):
        return None
    if column.foreign_keys:
        parent = next(iter(column.foreign_keys)).column.table.name
        return chance.randint(1, sizes[parent])
    return _plain_value(column, number, chance)


def _plain_value(column: sa.Column[Any], number: int, chance: random.Random) -> Any:
    if isinstance(column.type, sa.Enum):
        return chance.choice(list(column.type.enum_class))
    for kind, make in MAKERS:
        if isinstance(column.type, kind):
            return make(chance)
    return f"{column.name}-{number}"
