"""Taking tasks from the table one after the other, and keeping them by a heartbeat."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import dramatiq
import sqlalchemy as sa
from dramatiq.broker import Consumer, MessageProxy
from dramatiq.errors import ConnectionClosed

from etude.core import clock, logging

if TYPE_CHECKING:
    from collections.abc import Iterable

    from etude.queue.broker import DatabaseBroker

_log = logging.get(__name__)
POLL_S = 1.0


class DatabaseConsumer(Consumer):
    """Claims messages of one queue and keeps its claims alive by a heartbeat thread."""

    def __init__(self, broker: DatabaseBroker, queue_name: str, *, prefetch: int, timeout_s: float) -> None:
        self._broker, self._queue, self._timeout_s = broker, queue_name, timeout_s
        self._prefetch = prefetch
        self._held: dict[str, str] = {}
        self._heard, self._look_at = -1, 0.0
        self._is_away = False
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
            if self._should_look(heard) and (message := self._claim()):
                return message
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                break
            self._broker.wait(min(POLL_S, left_s), heard=heard)
        return None

    def _claim(self) -> MessageProxy | None:
        """Take a message. While the database is away there is none: the consumer stays, and keeps what it holds."""
        if self._broker.is_paused:
            return None
        try:
            claimed = self._broker.claim(self._queue)
        except sa.exc.DBAPIError as error:
            if not self._is_away:
                _log.warning("queue_not_read", queue=self._queue, reason=type(error).__name__)
            self._is_away = True
            self._broker.failed_at = self._broker.failed_at or clock.now()
            return None
        self._is_away = False
        if claimed is None:
            return None
        self._look_at = 0.0  # there may be more
        message_id, body, token = claimed
        with self._lock:
            self._held[message_id] = token
        return MessageProxy(dramatiq.Message.decode(body))

    def _should_look(self, heard: int) -> bool:
        """Tell whether it is time to ask the database: something rang, or a poll's time has passed."""
        if len(self._held) >= self._prefetch:
            return False
        if heard == self._heard and time.monotonic() < self._look_at:
            return False
        self._heard, self._look_at = heard, time.monotonic() + POLL_S
        return True

    def _end(self, message: MessageProxy, *, release: bool) -> None:
        """End a claim; the caller tries again while the database is away."""
        message_id = message.message_id
        with self._lock:
            token = self._held.get(message_id)
        if token is None:
            return
        try:
            self._broker.settle(message_id, token, release=release or message_id in self._broker.unsent)
        except sa.exc.DBAPIError as error:
            raise ConnectionClosed(error) from error  # type: ignore[no-untyped-call]
        self._broker.unsent.discard(message_id)
        with self._lock:
            self._held.pop(message_id, None)
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
        try:
            for message_id, token in held.items():
                self._broker.settle(message_id, token, release=True)
        except sa.exc.DBAPIError as error:  # their leases run out
            _log.warning("tasks_not_released", reason=type(error).__name__)
        self._broker.wake()
