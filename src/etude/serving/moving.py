"""An embedded school, moved from SQLite to PostgreSQL: everything or nothing, compared before it counts.

Rows are read and written through the tables' own types, in one transaction of the new database, and read back in it:
the number of rows of each table, and a sum of their hashes, must be those of the old one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.core import schema
from etude.core.db import UnitOfWorkSession, tune_sqlite
from etude.core.errors import Conflict, Refused, Unavailable, _
from etude.core.transport import database_address
from etude.models import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from etude.config import Config

BATCH = 1000
MODULUS = 1 << 256
MOVED_SUFFIX = ".moved"
NO_TARGET = _("Say where to: ETUDE_DATABASE_URL=postgresql+psycopg://user@host/name")
NO_SOURCE = _("There is no embedded school in %(folder)s.")
NOT_EMPTY = _("The database is not empty: the table %(name)s has rows. A school is moved into an empty one.")
DIFFERS = _("The table %(name)s did not arrive whole. Nothing was moved; the school is as it was.")
REFUSED = _("PostgreSQL refused the table %(name)s: %(reason)s. Nothing was moved; the school is as it was.")
AWAY = _("The database cannot be reached: %(reason)s")


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: the number of its rows, and the sum of their hashes, whatever their order."""

    rows: int
    digest: int


def source_of(config: Config) -> Path:
    """Return the database file of the embedded school.

    Raises:
        Refused: there is none.
    """
    path = config.data / "etude.db"
    if not path.is_file():
        raise Refused(NO_SOURCE, folder=config.data)
    return path


def move(config: Config, tick: Callable[[int], object] = lambda _rows: None) -> dict[str, Sum]:
    """Copy the embedded school into the empty PostgreSQL of the settings; return what was moved, by table.

    Nobody may write meanwhile: whoever calls holds the lock of the data folder. Afterwards the old file is called
    `etude.db.moved`. `tick` is told of rows as they are copied and, once more, as they are compared.

    Raises:
        Refused: there is no embedded school, or the settings name no PostgreSQL.
        Conflict: the database has rows already.
        Unavailable: the database is away, or something did not arrive whole. Nothing was moved.
    """
    if not config.database.startswith("postgresql"):
        raise Refused(NO_TARGET)
    path = source_of(config)
    old, new = _open_source(path), sa.create_engine(database_address(config))
    try:
        schema.upgrade(old)
        try:
            schema.upgrade(new)
        except sa.exc.OperationalError as error:
            raise Unavailable(AWAY, reason=str(error.orig).strip()) from error
        with old.connect() as source, new.begin() as target:
            moved = _copy_all(source, target, tick)
        _record(new, moved)
    finally:
        old.dispose()
        new.dispose()
    path.rename(path.with_name(path.name + MOVED_SUFFIX))
    return moved


def _record(new: sa.Engine, moved: dict[str, Sum]) -> None:
    """Write down in what arrived that it was moved there."""
    details = {"rows": sum(held.rows for held in moved.values()), "tables": len(moved)}
    with UnitOfWorkSession(new) as session, session.begin():
        audit.record(session, AuditTag.DATABASE_MOVED, details=details)


def count_rows(config: Config) -> int:
    """Return how many rows the embedded school has: what the bar goes up to."""
    engine = _open_source(source_of(config))
    try:
        with engine.connect() as connection:
            known = set(sa.inspect(connection).get_table_names())
            return sum(
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in Base.metadata.sorted_tables
                if table.name in known
            )
    finally:
        engine.dispose()


def _open_source(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}")
    tune_sqlite(engine)
    return engine


def _copy_all(source: sa.Connection, target: sa.Connection, tick: Callable[[int], object]) -> dict[str, Sum]:
    tables = Base.metadata.sorted_tables
    for table in tables:
        if target.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
            raise Conflict(NOT_EMPTY, name=table.name)
    held: dict[str, Sum] = {}
    with _checked_at_the_end(target, tables):
        for table in tables:
            held[table.name] = _copy(source, target, table, tick)
    for table in tables:
        arrived = _total(_rows(target, table), tick)
        if arrived != held[table.name]:
            raise Unavailable(DIFFERS, name=table.name)
        _go_on_counting(source, target, table)
    return held


def _copy(source: sa.Connection, target: sa.Connection, table: sa.Table, tick: Callable[[int], object]) -> Sum:
    rows = digest = 0
    for batch in _rows(source, table):
        try:
            target.execute(sa.insert(table), [dict(row) for row in batch])
        except sa.exc.DBAPIError as error:
            reason = str(error.orig).strip().partition("\n")[0]
            raise Unavailable(REFUSED, name=table.name, reason=reason) from error
        rows += len(batch)
        digest += sum(_hash(row) for row in batch)
        tick(len(batch))
    return Sum(rows, digest % MODULUS)


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[list[sa.RowMapping]]:
    """Yield the rows of a table in batches, however many they are in little memory."""
    with connection.execute(sa.select(table).execution_options(yield_per=BATCH)) as result:
        for batch in result.mappings().partitions():
            yield list(batch)


def _total(batches: Iterator[list[sa.RowMapping]], tick: Callable[[int], object]) -> Sum:
    rows = digest = 0
    for batch in batches:
        rows += len(batch)
        digest += sum(_hash(row) for row in batch)
        tick(len(batch))
    return Sum(rows, digest % MODULUS)


def _hash(row: sa.RowMapping) -> int:
    plain = json.dumps({name: _plain(value) for name, value in row.items()}, sort_keys=True, default=str)
    return int.from_bytes(hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest())


def _plain(value: object) -> Any:  # noqa: ANN401  whatever JSON knows
    """Return a value in a form that is the same whichever database it came from."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.value if isinstance(value, Enum) else value


class _checked_at_the_end:  # noqa: N801  a context manager, read as a phrase
    """Lets rows refer to later ones, of their own table or of another, while they are written; checked at the end."""

    def __init__(self, target: sa.Connection, tables: list[sa.Table]) -> None:
        self._target = target
        self._keys = [
            (target.dialect.identifier_preparer.format_table(table), key.name)
            for table in tables
            for key in table.foreign_key_constraints
        ]

    def __enter__(self) -> None:
        self._alter("DEFERRABLE INITIALLY DEFERRED")

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            self._target.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
            self._alter("NOT DEFERRABLE")

    def _alter(self, how: str) -> None:
        for table, name in self._keys:
            self._target.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {how}")


def _go_on_counting(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    """Have PostgreSQL number the next row after the last that SQLite numbered."""
    column = table.autoincrement_column
    if column is None:
        return
    last = source.execute(sa.select(sa.func.max(column))).scalar() or 0
    if table.dialect_options["sqlite"]["autoincrement"]:
        seen = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        last = max(last, source.execute(seen, {"name": table.name}).scalar() or 0)
    name = target.dialect.identifier_preparer.format_table(table)
    counter = target.execute(sa.select(sa.func.pg_get_serial_sequence(name, column.name))).scalar()
    if counter and last:
        target.execute(sa.select(sa.func.setval(counter, last)))
