from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from etude.models import Event, JobRun
from etude.models.live import bell, publish
from etude.models.retention import purge_batch
from etude.queue import Doorbell

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from tests.conftest import Time


def publish_some(session: Session, time: Time) -> list[int]:
    with session.begin():
        for topic in ("course:1", "course:2", "course:1"):
            publish(session, topic, {"of": topic}, time.at)
    return [event.id for event in Event.get_after(session, 0)]


def test_events_are_read_in_order_from_a_number_on(time: Time, session: Session) -> None:
    first, second, third = publish_some(session, time)

    assert [event.id for event in Event.get_after(session, first)] == [second, third]
    assert [event.id for event in Event.get_in_topic_after(session, "course:1", first)] == [third]
    assert Event.get_last_id(session) == third


def test_numbers_of_events_that_were_forgotten_do_not_come_back(time: Time, session: Session) -> None:
    *_others, last = publish_some(session, time)
    with session.begin():
        deleted = purge_batch(session, Event, time.at + timedelta(seconds=1))
    with session.begin():
        publish(session, "course:1", {}, time.at)

    assert deleted == 3
    assert Event.get_last_id(session) == last + 1


def test_web_process_is_rung_after_the_commit(time: Time, session: Session, tmp_path: Path) -> None:
    bell.path = tmp_path / "web.sock"
    with Doorbell(bell.path) as doorbell:
        with session.begin():
            publish(session, "course:1", {}, time.at)
            rang_before = doorbell.wait(0)

        assert not rang_before
        assert doorbell.wait(5)


def test_the_row_of_a_job_is_made_once(session: Session) -> None:
    with session.begin():
        JobRun.lock(session, "sweep").last_error = "disk on fire"

    with session.begin():
        again = JobRun.lock(session, "sweep").last_error

    assert again == "disk on fire"
