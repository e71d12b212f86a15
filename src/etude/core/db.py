"""The session that makes `with db.session.begin():` safe, the declarative base, and the settings without which
SQLite loses writes.

Why a session of our own: any stock session raises "a transaction is already begun" as soon as a SELECT came first
(Flask-Login does one on every request), and SQLite's driver defaults silently lost 1049 of 1200 increments of eight
threads. Both were measured; see docs/decisions/0003-session.md.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import (
    DeclarativeBase,
    ORMExecuteState,
    Session,
    SessionTransaction,
    SessionTransactionOrigin,
    UOWTransaction,
)

from etude.core.metrics import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Dialect

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite hands back naive ones, so the zone is put on again."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive time: its meaning would depend on the machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored time as an aware one in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Points(sa.TypeDecorator[Decimal]):
    """Points to 0.01, half up, kept as whole hundredths: exact on every database, and summed by SQL."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | str | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return the number of hundredths."""
        if value is None:
            return None
        return int((Decimal(value) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Return the points, with two decimals."""
        return None if value is None else (Decimal(value) / 100).quantize(Decimal("0.01"))


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads this name
        datetime: UtcDateTime(),
        Decimal: Points(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


class UnitOfWorkSession(Session):
    """A session whose writes happen inside `with db.session.begin():` and nowhere else.

    `begin()` ends a transaction that only read (autobegun, nothing lost: rows are read again inside the block) and
    takes the write lock at once. A flush, a bulk write or a `commit()` outside such a block raises.
    """

    def begin(self, nested: bool = False, *, lasting: bool = True) -> SessionTransaction:  # noqa: FBT001, FBT002  the parent's
        """Open a write transaction, or a savepoint when `nested`.

        What is committed lasts even if the power goes in that second, unless it need not be `lasting`: SQLite then
        does not wait for the disk, and a power cut may take it back, unless a lasting transaction came after it.

        Raises:
            sqlalchemy.exc.InvalidRequestError: there are unsaved changes from before, or a block is open already.
        """
        open_read = self.get_transaction()
        if not nested and open_read is not None and open_read.origin is SessionTransactionOrigin.AUTOBEGIN:
            self._refuse_unsaved("unsaved changes were made outside `with db.session.begin():`")
            self.rollback()
        if not nested and not self.in_transaction():
            self.expire_all()  # what an earlier block left loaded for the template may be stale by now
        transaction = super().begin(nested=nested)
        if not nested:
            # The lock is taken now (BEGIN IMMEDIATE): a read-to-write upgrade inside would fail under load.
            try:
                self.connection(execution_options={"etude_write": True, "etude_lasting": lasting})
            except BaseException:  # the database is away or busy: the next begin() must find no block open
                transaction.rollback()
                raise
        return transaction

    def commit(self) -> None:
        """Refuse: a block commits by ending. (The block itself commits its transaction, not the session.)"""
        raise sa.exc.InvalidRequestError("commit() is not called: leave the `with db.session.begin():` block instead")

    def is_writing(self) -> bool:
        """Tell whether an explicit `begin()` block is open."""
        transaction = self.get_transaction()
        return transaction is not None and transaction.origin is not SessionTransactionOrigin.AUTOBEGIN

    def refuse_leftovers(self) -> None:
        """Raise when changes were made and never saved; called when a request or a task ends."""
        if not self.is_writing():
            self._refuse_unsaved("changes were made outside `with db.session.begin():` and would be lost")

    def _refuse_unsaved(self, sentence: str) -> None:
        if self.new or self.dirty or self.deleted:
            raise sa.exc.InvalidRequestError(sentence)


@event.listens_for(UnitOfWorkSession, "before_flush")
def _refuse_stray_flush(session: UnitOfWorkSession, _context: UOWTransaction, _instances: object) -> None:
    if not session.is_writing():
        raise sa.exc.InvalidRequestError("a write outside `with db.session.begin():`")


@event.listens_for(UnitOfWorkSession, "do_orm_execute")
def _refuse_stray_bulk_write(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and isinstance(state.session, UnitOfWorkSession) and not state.session.is_writing():
        raise sa.exc.InvalidRequestError("a write outside `with db.session.begin():`")


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Count a wait for the database, and how long it was."""
    began = time.perf_counter()
    try:
        yield
    finally:
        metrics.count("etude_database_waits_total", what=what)
        metrics.count("etude_database_waits_seconds_total", time.perf_counter() - began, what=what)


class MeasuredPool(sa.QueuePool):
    """SQLAlchemy's pool, which counts how long is waited for a connection."""

    def connect(self) -> sa.PoolProxiedConnection:
        """Return a connection, waiting for one while all are in use."""
        with waiting("connection"):
            return super().connect()


def tune_sqlite(engine: sa.Engine, *, timeout_ms: int = 10_000, synchronous: str = "FULL") -> None:
    """Set up every connection of a SQLite engine; does nothing for another database.

    WAL lets readers go on during a write; BEGIN IMMEDIATE makes writers queue instead of losing updates; FULL keeps
    a hand-in that was confirmed even if the power goes in that second. NORMAL, for what need not last, is as safe
    from damage: a power cut takes back the last transactions whole, and the next lasting one writes out those before.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: object) -> None:  # noqa: ANN401  a DBAPI connection has no common type
        raw.isolation_level = None  # the driver must not BEGIN by itself
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={timeout_ms}")  # first: journal_mode can itself be busy
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        raw = connection.connection.driver_connection
        if not options.get("etude_write"):
            raw.execute("BEGIN")  # type: ignore[union-attr]  # takes no lock, so it is never refused
            return
        wanted = synchronous if options.get("etude_lasting", True) else "NORMAL"
        if connection.info.get("synchronous", synchronous) != wanted:
            raw.execute(f"PRAGMA synchronous={wanted}")  # type: ignore[union-attr]
            connection.info["synchronous"] = wanted
        with waiting("write_lock"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # it may be refused, and the refusal must be SQLAlchemy's
