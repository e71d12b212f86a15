from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from etude.core import clock
from etude.extensions import db
from etude.features.health import charts
from etude.models import Measurement

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time

REQUESTS = 'etude_requests_total{method="GET",status="2xx"}'


def save(source: str, minutes_ago: int, totals: dict[str, float], streams: float = 0) -> None:
    with db.session.begin():
        at = clock.now() - timedelta(minutes=minutes_ago)
        Measurement.save(db.session, source, at, totals, {"etude_open_streams": streams})


def test_charts_sum_what_the_processes_counted_since_the_slot_before(session: UnitOfWorkSession, time: Time) -> None:
    save("web:1", 65, {REQUESTS: 10})
    save("web:1", 60, {REQUESTS: 130}, streams=4)
    save("web:2", 60, {REQUESTS: 7})

    requests, *_others, streams = charts.last_day(clock.now())

    assert (requests.highest.value, requests.highest.height) == (127, 1.0)
    assert sum(value for _at, value in requests.hours) == 137
    assert streams.highest.value == 4
    assert streams.highest.at == clock.now() - timedelta(minutes=60)


def test_what_was_counted_before_the_day_is_left_out(session: UnitOfWorkSession, time: Time) -> None:
    save("web:1", 24 * 60 + 3, {REQUESTS: 5000})
    save("web:1", 10, {REQUESTS: 5001})

    requests = charts.last_day(clock.now())[0]

    assert requests.highest.value == 1


def test_average_is_of_all_requests_of_a_step(session: UnitOfWorkSession, time: Time) -> None:
    save("web:1", 5, {"etude_request_seconds_sum": 1.0, "etude_request_seconds_count": 3})
    save("web:2", 5, {"etude_request_seconds_sum": 1.0, "etude_request_seconds_count": 1})

    mean = charts.last_day(clock.now())[1]

    assert mean.highest.value == 500


def test_day_without_anything_is_a_day_of_nothing(session: UnitOfWorkSession, time: Time) -> None:
    drawn = charts.last_day(clock.now())

    assert {chart.highest.value for chart in drawn} == {0.0}
    assert {len(chart.bars) for chart in drawn} == {96}
    assert {len(chart.hours) for chart in drawn} == {24}
