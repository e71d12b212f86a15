from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests import classroom, factories

from etude.extensions import db
from etude.models import Console

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from tests.conftest import Time


def open_console(people: factories.People, time: Time, **values: object) -> Console:
    room = classroom.open_room(people)
    values = {"key": "secret", "language": "python", "opened_at": time.at, **values}
    console: Console = factories.add(Console(assignment_id=room.assignment, user_id=people.ben, **values))
    return console


def test_console_is_found_by_its_owner_only(time: Time, session: Session, people: factories.People) -> None:
    console = open_console(people, time)

    assert Console.get_own(session, console.id, people.ben).id == console.id
    assert Console.get_own(session, console.id, people.ada) is None
    assert Console.get_by_key(session, "secret").id == console.id
    assert Console.get_latest(session, console.assignment_id, people.ben).id == console.id
    assert Console.count_living(session, people.ben) == 1


def test_end_is_noted_once(time: Time, session: Session, people: factories.People) -> None:
    console = open_console(people, time)

    with session.begin():
        console = Console.get_by_key(session, "secret")
        console.end("limit", time.at, exit_code=None, signal=9, cpu_ms=30_000.4)
        console.end("ended", time.at + timedelta(hours=1), exit_code=0, signal=None, cpu_ms=1)

    assert (console.ending, console.ended_at, console.signal, console.cpu_ms) == ("limit", time.at, 9, 30_000)
    assert Console.count_living(session, people.ben) == 0


def test_screen_can_be_looked_at_for_ten_minutes_after_the_end(
    time: Time, session: Session, people: factories.People
) -> None:
    living = open_console(people, time)
    ended = open_console(people, time, key="other", ended_at=time.at, ending="ended")

    assert living.can_be_shown(time.at + timedelta(hours=2))
    assert ended.can_be_shown(time.at + timedelta(minutes=9))
    assert not ended.can_be_shown(time.at + timedelta(minutes=10))


def test_what_lived_is_lost_with_its_holder_and_what_had_ended_is_not(
    time: Time, session: Session, people: factories.People
) -> None:
    living = open_console(people, time)
    ended = open_console(people, time, key="other", ended_at=time.at, ending="ended")

    with db.session.begin():
        Console.end_lost(session, time.at)

    assert (living.ending, living.can_be_shown(time.at)) == ("lost", False)
    assert ended.ending == "ended"
