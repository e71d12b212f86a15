"""Cheap password hashes for tests that are about something else: a real one costs 0.13 s of a processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.models.user import passwords
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterator

CHEAP = "scrypt:256:1:1"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Import this fixture into a test module, and hashing costs nothing there."""
    monkeypatch.setattr(passwords, "METHOD", CHEAP)
    passwords.dummy_hash.cache_clear()
    factories.password_hash.cache_clear()
    yield
    passwords.dummy_hash.cache_clear()
    factories.password_hash.cache_clear()
