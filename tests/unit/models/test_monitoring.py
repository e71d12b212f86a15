from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core.incidents import Incident
from etude.models import Alarm, ErrorGroup, Measurement

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession

AT = datetime(2026, 11, 24, 8, 7, 30, tzinfo=UTC)


def incident(at: datetime, count: int = 1, log_id: str = "x") -> Incident:
    return Incident(fingerprint="f", kind="k" * 300, place="p", log_id=log_id, first_at=at, last_at=at, count=count)


def test_slot_of_a_process_is_one_row_with_its_latest_totals_and_highest_gauges(session: UnitOfWorkSession) -> None:
    for minute, total, gauge in ((0, 1.0, 5.0), (1, 2.0, 3.0), (5, 9.0, 1.0)):
        with session.begin():
            Measurement.save(session, "web:1", AT + timedelta(minutes=minute), {"t": total}, {"g": gauge})

    rows = Measurement.get_since(session, AT - timedelta(hours=1))

    assert [(row.slot.minute, row.totals, row.gauges) for row in rows] == [
        (5, {"t": 2.0}, {"g": 5.0}),
        (10, {"t": 9.0}, {"g": 1.0}),
    ]


def test_error_is_added_to_its_group(session: UnitOfWorkSession) -> None:
    with session.begin():
        ErrorGroup.add(session, [incident(AT, count=2)])
    with session.begin():
        ErrorGroup.add(session, [incident(AT + timedelta(hours=1), log_id="y")])

    (group,) = ErrorGroup.get_latest(session)

    assert (group.count, group.first_at, group.last_at) == (3, AT, AT + timedelta(hours=1))
    assert (group.log_id, len(group.kind)) == ("y", 200)


def test_what_is_over_is_forgotten_and_what_stays_keeps_its_first_time(session: UnitOfWorkSession) -> None:
    with session.begin():
        Alarm.see(session, ["disk", "queue", "queue"], AT)
    with session.begin():
        Alarm.see(session, ["disk"], AT + timedelta(minutes=1))

    rows = session.scalars(sa.select(Alarm)).all()

    assert [(row.name, row.first_at, row.seen_at) for row in rows] == [("disk", AT, AT + timedelta(minutes=1))]
