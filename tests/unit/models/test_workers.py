from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.models import WorkerState
from etude.models.workers import WORKER_LOST
from tests import factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conftest import Time


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        ('{"id": "No %(what)s.", "values": {"what": "jail"}}', ("No %(what)s.", {"what": "jail"})),
        ("AppArmor forbids it.", ("AppArmor forbids it.", {})),
        ("", ("", {})),
    ],
)
def test_reason_of_a_worker_is_given_back_as_a_sentence_and_its_values(
    stored: str, reason: tuple[str, dict[str, str]]
) -> None:
    assert WorkerState(name="one", tier="none", reason=stored).get_reason() == reason


def test_worker_that_fell_silent_is_no_longer_counted(time: Time, session: Session) -> None:
    factories.add(WorkerState(name="one", seen_at=time.at, tier="full"))

    at_once = WorkerState.get_alive(session, time.at)
    later = WorkerState.get_alive(session, time.at + WORKER_LOST)

    assert [one.name for one in at_once] == ["one"]
    assert later == []


def test_worker_is_known_for_the_day_and_listed_by_name(time: Time, session: Session) -> None:
    for name in ("two", "one"):
        factories.add(WorkerState(name=name, seen_at=time.at - WORKER_LOST, tier="full"))

    assert [one.name for one in WorkerState.get_known(session)] == ["one", "two"]


@pytest.mark.parametrize(
    ("changes", "can"),
    [
        ({}, True),
        ({"languages": {"c": "12"}}, False),
        ({"tier": "none"}, False),
        ({"tier": "reduced"}, True),
        ({"fault": "Its disk is full."}, False),
        ({"protocol": 1}, False),
    ],
)
def test_worker_takes_what_its_machine_and_its_version_can_judge(changes: dict[str, object], can: bool) -> None:
    values = {"tier": "full", "fault": "", "protocol": 2, "languages": {"python": "3", "c": "12"}, **changes}
    worker = WorkerState(name="one", **values)

    assert worker.can({"python", "c"}, 2) is can


def test_row_that_an_earlier_version_writes_is_taken(time: Time, session: Session) -> None:
    with session.begin():
        session.connection().exec_driver_sql(
            "INSERT INTO worker_state (name, seen_at, tier, reason, fix)"
            " VALUES ('old', '2026-11-24 13:15:00', 'full', '', '')"
        )

    [old] = WorkerState.get_known(session)
    assert (old.version, old.cores, old.languages) == ("", 0, {})
