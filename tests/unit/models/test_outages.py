from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from etude.models.outages import Outage, Service

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def noted(session: UnitOfWorkSession, *times: tuple[float, float], service: Service = Service.DATABASE) -> None:
    for began_s, ended_s in times:
        with session.begin():
            Outage.note(session, service, at(began_s), at(ended_s))


def latest(session: UnitOfWorkSession) -> list[tuple[Service, datetime, float]]:
    return [(one.service, one.began_at, one.length_s) for one in Outage.get_latest(session)]


def test_what_several_workers_noticed_of_one_outage_is_one(session: UnitOfWorkSession) -> None:
    noted(session, (1, 29), (0.5, 31), (30.5, 30.9))

    assert latest(session) == [(Service.DATABASE, at(0.5), 30.5)]


def test_outage_that_joins_two_others_makes_them_one(session: UnitOfWorkSession) -> None:
    noted(session, (0, 10), (20, 30), (9, 21))

    assert latest(session) == [(Service.DATABASE, at(0), 30)]


def test_outages_of_two_services_or_of_two_times_stay_apart_the_latest_first(session: UnitOfWorkSession) -> None:
    noted(session, (0, 10), (60, 70))
    noted(session, (5, 90), service=Service.REDIS)

    assert [(service, length_s) for service, _, length_s in latest(session)] == [
        (Service.REDIS, 85),
        (Service.DATABASE, 10),
        (Service.DATABASE, 10),
    ]
