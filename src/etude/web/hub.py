"""One thread per web process that looks for new events and wakes the streams that follow them."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa

from etude.core import logging
from etude.core.errors import Unavailable
from etude.models import Event
from etude.queue import Doorbell

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.get(__name__)
POLL_S = 1.0
"""A ring may be lost; then the page learns of it this much later."""
LOOK_BACK = 100
"""PostgreSQL numbers events before it commits them: a lower number may appear after a higher one."""
MAX_UNREAD = 200
assert isinstance(Event.__table__, sa.Table)
_event: sa.Table = Event.__table__


class Subscription:
    """What one stream waits at. Closed by whoever is faster: the reader who leaves or the server that stops."""

    def __init__(self, hub: EventHub, topic: str) -> None:
        self._hub, self.topic = hub, topic
        self._unread: deque[tuple[int, dict[str, Any]]] = deque(maxlen=MAX_UNREAD)
        self._news = threading.Condition()
        self.is_closed = False

    def wait(self, timeout_s: float) -> list[tuple[int, dict[str, Any]]]:
        """Return the events since the last call, as id and payload; waits for one, at most `timeout_s` seconds."""
        with self._news:
            self._news.wait_for(lambda: self._unread or self.is_closed, timeout_s)
            unread = list(self._unread)
            self._unread.clear()
        return unread

    def tell(self, event_id: int, payload: dict[str, Any]) -> None:
        """Hand an event over."""
        with self._news:
            self._unread.append((event_id, payload))
            self._news.notify_all()

    def close(self) -> None:
        """End; may be called twice."""
        self._hub.forget(self)
        with self._news:
            self.is_closed = True
            self._news.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


class EventHub:
    """The streams of this process. Its thread begins with the first stream and ends with `close()`."""

    def __init__(self, engine: sa.Engine, doorbell: Path, *, max_streams: int) -> None:
        self._engine, self._doorbell, self._max_streams = engine, doorbell, max_streams
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._count = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._last_id = 0
        self._seen: deque[int] = deque(maxlen=2 * LOOK_BACK)

    def subscribe(self, topic: str) -> Subscription:
        """Follow a topic from now on.

        Raises:
            Unavailable: all streams are taken, or the server stops; the page polls instead.
        """
        with self._lock:
            if self._is_closed or self._count >= self._max_streams:
                raise Unavailable
            if self._thread is None:
                self._catch_up()
                self._thread = threading.Thread(target=self._run, name="events", daemon=True)
                self._thread.start()
            subscription = Subscription(self, topic)
            self._subscriptions.setdefault(topic, set()).add(subscription)
            self._count += 1
        return subscription

    def forget(self, subscription: Subscription) -> None:
        """Take a stream off the list."""
        with self._lock:
            followers = self._subscriptions.get(subscription.topic, set())
            if subscription in followers:
                followers.discard(subscription)
                self._count -= 1
            if not followers:
                self._subscriptions.pop(subscription.topic, None)

    @property
    def count(self) -> int:
        """How many streams are open."""
        return self._count

    def close(self) -> None:
        """Let every stream go and end the thread: the server stops."""
        with self._lock:
            self._is_closed = True
            everybody = [one for followers in self._subscriptions.values() for one in followers]
        for one in everybody:
            one.close()

    def _catch_up(self) -> None:
        with self._engine.connect() as connection:
            self._last_id = connection.scalar(sa.select(sa.func.max(_event.c.id))) or 0

    def _run(self) -> None:
        with Doorbell(self._doorbell) as bell:
            while not self._is_closed:
                bell.wait(POLL_S)
                if self._count == 0:
                    continue
                try:
                    self._deliver()
                except sa.exc.DBAPIError as error:
                    _log.warning("events_not_read", reason=type(error).__name__)

    def _deliver(self) -> None:
        look_back = LOOK_BACK if self._engine.dialect.name == "postgresql" else 0
        query = (
            sa.select(_event.c.id, _event.c.topic, _event.c.payload)
            .where(_event.c.id > self._last_id - look_back)
            .order_by(_event.c.id)
            .limit(1000)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            if row.id in self._seen:
                continue
            self._seen.append(row.id)
            self._last_id = max(self._last_id, row.id)
            with self._lock:
                followers = list(self._subscriptions.get(row.topic, ()))
            for one in followers:
                one.tell(row.id, row.payload)
