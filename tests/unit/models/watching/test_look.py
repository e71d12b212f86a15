from __future__ import annotations

from typing import TYPE_CHECKING

from etude.models import Console, ConsoleLook
from tests import classroom, factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conftest import Time


def test_those_who_look_now_are_named_once_and_whoever_stopped_or_was_lost_is_not(
    time: Time, session: Session, people: factories.People
) -> None:
    room = classroom.open_room(people)
    console = factories.add(
        Console(assignment_id=room.assignment, user_id=people.ben, key="k", language="python", opened_at=time.at)
    )
    grace = factories.user("Grace", "Hopper").id
    lost = factories.user("Lost", "Soul").id
    for by_id, began_at, ended_at in (
        (people.ada, time.at, None),
        (people.ada, time.at, None),
        (grace, time.at, time.at),
        (lost, time.at, None),
    ):
        factories.add(ConsoleLook(console_id=console.id, by_id=by_id, began_at=began_at, ended_at=ended_at))
    looks = session.query(ConsoleLook).filter_by(by_id=lost).all()
    session.rollback()
    later = time.forward(minutes=10)

    watchers = ConsoleLook.get_watchers(session, console.id, later)

    assert len(looks) == 1
    assert watchers == ["Ada Teacher", "Lost Soul"]
    assert ConsoleLook.get_watchers(session, console.id, time.forward(minutes=1)) == []
