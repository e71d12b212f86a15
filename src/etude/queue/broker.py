"""A Dramatiq broker on a database table, with leases and heartbeats: no second service, no task lost to a kill.

Measured with the prototype: 200 tasks, 2 workers, 9 SIGKILLs: 200 done once. Unlike the prototype, each claim has a
token of its own, so a lease that lapsed is never renewed by its former holder.
"""

from __future__ import annotations

import threading
import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import dramatiq
import sqlalchemy as sa
from dramatiq.broker import Broker, Consumer, MessageProxy

from etude.core import clock, logging
from etude.queue.message import TaskMessage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from dramatiq.middleware import Middleware

_log = logging.get(__name__)
DEFAULT_LEASE_S = 30.0
POLL_S = 1.0

assert isinstance(TaskMessage.__table__, sa.Table)
_table: sa.Table = TaskMessage.__table__


class DatabaseBroker(Broker):
    """Dramatiq's broker over the `task_message` table of SQLite or PostgreSQL.

    Args:
        engine: where the table is.
        lease_s: how long a claim is good without a heartbeat; a killed worker's task is taken up after this time.
        middleware: Dramatiq middleware.
    """

    def __init__(
        self, engine: sa.Engine, *, lease_s: float = DEFAULT_LEASE_S, middleware: list[Middleware] | None = None
    ) -> None:
        super().__init__(middleware=middleware)
        self.engine = engine
        self._write_engine = engine.execution_options(etude_write=True)
        # A claim, a heartbeat or a settled task that a power cut takes back: the task is delivered once more.
        self._passing_engine = engine.execution_options(etude_write=True, etude_lasting=False)
        self.lease = timedelta(seconds=lease_s)
        self._rung = threading.Condition()
        self._rings = 0

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """Return a write transaction of its own, to be used in a `with`."""
        return self._write_engine.begin()

    def _writing_in_passing(self) -> AbstractContextManager[sa.Connection]:
        return self._passing_engine.begin()

    def wake(self) -> None:
        """Make every consumer look at the table now: called when the doorbell rings."""
        with self._rung:
            self._rings += 1
            self._rung.notify_all()

    @property
    def rings(self) -> int:
        """How often `wake()` was called: read it before looking at the table, then wait for more."""
        return self._rings

    def wait(self, timeout_s: float, *, heard: int) -> None:
        """Wait until `wake()` was called more than `heard` times, at most `timeout_s` seconds."""
        with self._rung:
            self._rung.wait_for(lambda: self._rings > heard, timeout_s)

    def declare_queue(self, queue_name: str) -> None:
        """Make a queue known."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = None
            self.emit_after("declare_queue", queue_name)

    def get_declared_queues(self) -> set[str]:
        """Return the names of the known queues."""
        return set(self.queues)

    def get_declared_delay_queues(self) -> set[str]:
        """Return nothing: a delay is a time in the row, not a queue."""
        return set()

    def enqueue(self, message: dramatiq.Message[object], *, delay: int | None = None) -> dramatiq.Message[object]:
        """Store a message in a transaction of its own, to be delivered after `delay` milliseconds.

        Retries come this way, with the id of the message that failed: its row is replaced and released.
        """
        self.emit_before("enqueue", message, delay)
        at = clock.now()
        values = {
            "queue": message.queue_name,
            "body": message.encode(),
            "eta": at + timedelta(milliseconds=delay or 0),
            "leased_until": None,
            "claim": None,
        }
        with self.writing() as connection:
            known = connection.execute(sa.update(_table).where(_table.c.id == message.message_id).values(values))
            if not known.rowcount:
                subject = ":".join([message.actor_name, *(str(part)[:64] for part in message.args[:1])])
                connection.execute(
                    sa.insert(_table).values(id=message.message_id, enqueued_at=at, subject=subject, **values)
                )
        self.emit_after("enqueue", message, delay)
        self.wake()
        return message

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Return a consumer of a queue that holds at most `prefetch` messages."""
        return _DatabaseConsumer(self, queue_name, prefetch=prefetch, timeout_s=timeout / 1000)

    def flush(self, queue_name: str) -> None:
        """Drop every message of a queue."""
        with self.writing() as connection:
            connection.execute(sa.delete(_table).where(_table.c.queue == queue_name))

    def flush_all(self) -> None:
        """Drop every message."""
        for queue_name in self.queues:
            self.flush(queue_name)

    def claim(self, queue_name: str) -> tuple[str, bytes, str] | None:
        """Take the oldest message that is due and free; return its id, body and the token of this claim."""
        at = clock.now()
        free = sa.or_(_table.c.leased_until.is_(None), _table.c.leased_until < at)
        oldest = (
            sa.select(_table.c.id, _table.c.body)
            .where(_table.c.queue == queue_name, _table.c.eta <= at, free)
            .order_by(_table.c.eta)
            .limit(1)
        )
        with self.engine.connect() as reading, reading.begin():
            if reading.execute(oldest).first() is None:  # an idle worker takes no write lock
                return None
        token = uuid.uuid4().hex
        with self._writing_in_passing() as connection:
            row = connection.execute(oldest.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            connection.execute(
                sa.update(_table).where(_table.c.id == row.id).values(leased_until=at + self.lease, claim=token)
            )
        return row.id, bytes(row.body), token

    def renew(self, tokens: Iterable[str]) -> None:
        """Prolong the claims that still stand."""
        tokens = list(tokens)
        if not tokens:
            return
        with self._writing_in_passing() as connection:
            connection.execute(
                sa.update(_table).where(_table.c.claim.in_(tokens)).values(leased_until=clock.now() + self.lease)
            )

    def settle(self, message_id: str, token: str, *, release: bool) -> None:
        """End a claim: drop the message, or set it free again. Does nothing when the claim was lost meanwhile."""
        mine = sa.and_(_table.c.id == message_id, _table.c.claim == token)
        ending = (
            sa.update(_table).where(mine).values(leased_until=None, claim=None)
            if release
            else sa.delete(_table).where(mine)
        )
        with self._writing_in_passing() as connection:
            connection.execute(ending)


class _DatabaseConsumer(Consumer):
    """Claims messages of one queue and keeps its claims alive by a heartbeat thread."""

    def __init__(self, broker: DatabaseBroker, queue_name: str, *, prefetch: int, timeout_s: float) -> None:
        self._broker, self._queue, self._timeout_s = broker, queue_name, timeout_s
        self._prefetch = prefetch
        self._held: dict[str, str] = {}
        self._heard, self._look_at = -1, 0.0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._beat = threading.Thread(target=self._keep_alive, name=f"lease-{queue_name}", daemon=True)
        self._beat.start()

    def _keep_alive(self) -> None:
        while not self._closed.wait(self._broker.lease.total_seconds() / 3):
            with self._lock:
                tokens = list(self._held.values())
            try:
                self._broker.renew(tokens)
            except sa.exc.DBAPIError as error:  # busy or full: the next beat tries again, the lease lasts three
                _log.warning("lease_not_renewed", reason=type(error).__name__)

    def __next__(self) -> MessageProxy | None:
        """Return the next message that is due; None after the timeout, so that the thread can look around."""
        deadline = time.monotonic() + self._timeout_s
        while not self._closed.is_set():
            heard = self._broker.rings
            if self._should_look(heard) and (claimed := self._broker.claim(self._queue)):
                self._look_at = 0.0  # there may be more
                message_id, body, token = claimed
                with self._lock:
                    self._held[message_id] = token
                return MessageProxy(dramatiq.Message.decode(body))
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                break
            self._broker.wait(min(POLL_S, left_s), heard=heard)
        return None

    def _should_look(self, heard: int) -> bool:
        """Tell whether it is time to ask the database: something rang, or a poll's time has passed."""
        if len(self._held) >= self._prefetch:
            return False
        if heard == self._heard and time.monotonic() < self._look_at:
            return False
        self._heard, self._look_at = heard, time.monotonic() + POLL_S
        return True

    def _end(self, message: MessageProxy, *, release: bool) -> None:
        with self._lock:
            token = self._held.pop(message.message_id, None)
        if token is not None:
            self._broker.settle(message.message_id, token, release=release)
            self._look_at = 0.0  # there is room for one more
            self._broker.wake()

    def ack(self, message: MessageProxy) -> None:
        self._end(message, release=False)

    def nack(self, message: MessageProxy) -> None:
        self._end(message, release=False)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        for message in messages:
            self._end(message, release=True)

    def close(self) -> None:
        """Stop, and set free what is still held: another worker takes it up at once, not when its lease ends."""
        self._closed.set()
        with self._lock:
            held, self._held = dict(self._held), {}
        for message_id, token in held.items():
            self._broker.settle(message_id, token, release=True)
        self._broker.wake()
