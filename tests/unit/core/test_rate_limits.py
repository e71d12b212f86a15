from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from etude.core import rate_limits
from etude.core.rate_limits import CountersInMemory

if TYPE_CHECKING:
    import pytest


def test_the_storage_is_found_by_its_scheme() -> None:
    assert isinstance(storage_from_string("counters://"), CountersInMemory)


def test_a_limit_is_counted_and_refuses_what_is_beyond() -> None:
    limiter = FixedWindowRateLimiter(CountersInMemory())
    three = RateLimitItemPerMinute(3)

    assert [limiter.hit(three, "ben") for _ in range(4)] == [True, True, True, False]
    assert limiter.hit(three, "cy")


def test_no_hit_starts_a_thread() -> None:
    storage = CountersInMemory()
    before = threading.active_count()

    for number in range(50):
        storage.incr(f"key {number}", 60)

    assert threading.active_count() == before


def test_old_counters_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "EXPIRE_EVERY_S", 0.0)
    storage = CountersInMemory()
    storage.incr("old", 0)

    storage.incr("new", 60)

    assert set(storage.storage) == {"new"}
    assert time.monotonic() >= storage._expired_at
