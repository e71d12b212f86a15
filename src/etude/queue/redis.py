"""The same queue on Redis, for several machines; needs the extra `etude[redis]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dramatiq.brokers.redis import RedisBroker

if TYPE_CHECKING:
    import dramatiq

HEARTBEAT_TIMEOUT_MS = 60_000
ALWAYS = 1_000_000
"""`maintenance_chance`: the default looks for dead workers' tasks once in a thousand fetches, which on a quiet queue
means not within minutes; measured in docs/decisions/0004-queue.md."""


def make_redis_broker(url: str) -> dramatiq.Broker:
    """Return a broker on the Redis server of this URL, which gives a killed worker's task to another one."""
    broker: dramatiq.Broker = RedisBroker(  # type: ignore[no-untyped-call]
        url=url, heartbeat_timeout=HEARTBEAT_TIMEOUT_MS, maintenance_chance=ALWAYS, middleware=[]
    )
    return broker
