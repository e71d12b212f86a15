from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.core.caching import MemoryCache

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def test_a_value_is_made_once() -> None:
    cache, made = MemoryCache(), []

    for _ in range(3):
        cache.get_or_make("key", lambda: made.append(1))

    assert made == [1]


def test_a_value_is_dropped_after_the_commit_and_not_before(session: UnitOfWorkSession) -> None:
    cache = MemoryCache()
    cache.get_or_make("key", lambda: "old")

    with session.begin():
        cache.drop_after_commit(session, "key")
        assert cache.get_or_make("key", lambda: "new") == "old"

    assert cache.get_or_make("key", lambda: "new") == "new"


def test_a_rollback_keeps_the_value(session: UnitOfWorkSession) -> None:
    cache = MemoryCache()
    cache.get_or_make("key", lambda: "old")

    with pytest.raises(ValueError, match="no"), session.begin():
        cache.drop_after_commit(session, "key")
        raise ValueError("no")

    assert cache.get_or_make("key", lambda: "new") == "old"


def test_a_value_made_while_something_was_dropped_is_not_kept() -> None:
    cache = MemoryCache()

    def make_slowly() -> str:
        cache.drop("key")
        return "stale"

    cache.get_or_make("key", make_slowly)

    assert cache.get_or_make("key", lambda: "fresh") == "fresh"


def test_clear_forgets_everything() -> None:
    cache = MemoryCache()
    cache.get_or_make("key", lambda: "old")

    cache.clear()

    assert cache.get_or_make("key", lambda: "new") == "new"
