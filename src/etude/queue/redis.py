"""The doorbells of several machines: rings go through Redis; needs the extra `etude[redis]`.

Redis holds no task (docs/decisions/0018-several-machines.md says why). While it is away everybody still looks at the
database every second, so nothing waits for it and nothing is lost with it.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

import redis

from etude.core import clock, logging

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

_log = logging.get(__name__)
CHANNEL = "etude:bell:"
TIMEOUT_S = 2.0
LISTEN_S = 0.5
"""How soon a listener sees that it should end."""
AGAIN_S = 1.0
MOST_OUTAGES = 100
"""What is kept until somebody takes it; in the web process nobody does."""


def _client(url: str) -> redis.Redis:
    client: redis.Redis = redis.Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
    return client


class RedisExchange:
    """Carries rings between machines; nobody ever waits for it: a thread sends what has collected."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = _client(url)
        self._names: set[str] = set()
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None
        self._outages: deque[tuple[datetime, datetime]] = deque(maxlen=MOST_OUTAGES)

    def ring(self, name: str) -> None:
        """Ring the doorbells of this name on every machine, a moment later; several rings in that moment are one."""
        with self._news:
            self._names.add(name)
            if self._thread is None:  # only now: the web process is forked after the exchange is made
                self._thread = threading.Thread(target=self._send, name="far-bell", daemon=True)
                self._thread.start()
            self._news.notify()

    def listen(self, name: str, rung: Callable[[], None]) -> Callable[[], None]:
        """Call `rung` at every ring, in a thread of its own; return what ends it."""
        over = threading.Event()
        thread = threading.Thread(target=self._listen, args=(name, rung, over), name=f"far-{name}", daemon=True)
        thread.start()

        def end() -> None:
            over.set()
            thread.join(2 * TIMEOUT_S)

        return end

    def is_up(self) -> bool:
        """Tell whether Redis answers, within two seconds."""
        try:
            return bool(self._client.ping())
        except redis.RedisError:
            return False

    def take_outages(self) -> Sequence[tuple[datetime, datetime]]:
        """Return from when to when this process’s listeners could not hear, each outage once, after its end."""
        return [self._outages.popleft() for _ in range(len(self._outages))]

    def _send(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._names)
                names, self._names = self._names, set()
            try:
                for name in names:
                    self._client.publish(CHANNEL + name, b"!")
            except redis.RedisError as error:
                _log.warning("redis_away", reason=type(error).__name__)

    def _listen(self, name: str, rung: Callable[[], None], over: threading.Event) -> None:
        away_since: datetime | None = None
        while not over.is_set():
            try:
                with _client(self._url) as client, client.pubsub(ignore_subscribe_messages=True) as channel:
                    channel.subscribe(CHANNEL + name)
                    if away_since is not None:
                        self._outages.append((away_since, clock.now()))
                        away_since = None
                    rung()  # what was missed before
                    while not over.is_set():
                        if channel.get_message(timeout=LISTEN_S):
                            rung()
            except redis.RedisError as error:
                if away_since is None:
                    _log.warning("redis_away", reason=type(error).__name__)
                away_since = away_since or clock.now()
                over.wait(AGAIN_S)
