from __future__ import annotations

from datetime import UTC, timedelta

from etude.core import clock
from tests.conftest import START, Time


def test_time_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_tests_set_the_time(time: Time) -> None:
    time.forward(hours=2)

    assert (clock.now() - START).total_seconds() == 7200


def test_machine_with_a_wrong_clock_goes_by_another(time: Time) -> None:
    time.forward(hours=1)

    clock.correct(timedelta(hours=-1))

    assert clock.now() == START
    assert clock.own() == time.at
