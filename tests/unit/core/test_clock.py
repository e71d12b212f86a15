from __future__ import annotations

from datetime import UTC

from etude.core import clock
from tests.conftest import START, Time


def test_time_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_tests_set_the_time(time: Time) -> None:
    time.forward(hours=2)

    assert (clock.now() - START).total_seconds() == 7200
