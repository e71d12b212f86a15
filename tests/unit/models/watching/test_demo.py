from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from etude.models import ConsoleDemo
from tests import classroom, factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conftest import Time


@pytest.fixture
def room(session: Session, people: factories.People) -> classroom.Room:
    return classroom.open_room(people)


def begin(room: classroom.Room, people: factories.People, time: Time, key: str = "key") -> int:
    where = {"course_id": people.course, "assignment_id": room.assignment}
    return int(factories.add(ConsoleDemo(**where, by_id=people.ada, key=key, began_at=time.at)).id)


def test_what_goes_on_is_found_with_the_name_of_who_shows_until_it_has_ended(
    time: Time, session: Session, people: factories.People, room: classroom.Room
) -> None:
    demo_id = begin(room, people, time)
    shown = ConsoleDemo.get_shown(session, people.course)
    own = ConsoleDemo.get_of_presenter(session, room.assignment, people.ada)
    others = ConsoleDemo.get_of_presenter(session, room.assignment, people.ben)
    session.rollback()

    with session.begin():
        for why in ("ended", "left"):
            ConsoleDemo.get_by_key(session, "key").end(why, time.at, most_followers=3)

    assert (shown.id, shown.name, shown.section_id) == (demo_id, "Ada Teacher", None)
    assert (own.id, others) == (demo_id, None)
    assert ConsoleDemo.get_shown(session, people.course) is None
    assert ConsoleDemo.get_all_shown(session) == []
    assert ConsoleDemo.get_with_files(session, demo_id).ending == "ended"


def test_two_at_a_time_in_a_course_are_refused_and_one_after_the_other_is_not(
    time: Time, session: Session, people: factories.People, room: classroom.Room
) -> None:
    begin(room, people, time)

    with pytest.raises(IntegrityError):
        begin(room, people, time, key="other")
    with session.begin():
        ConsoleDemo.get_by_key(session, "key").end("ended", time.at, most_followers=0)

    assert begin(room, people, time, key="third")


def test_program_that_is_shown_is_the_last_that_was_run(
    time: Time, session: Session, people: factories.People, room: classroom.Room
) -> None:
    demo_id = begin(room, people, time)

    with session.begin():
        for text in ("print(1)", "print(2)"):
            ConsoleDemo.get_with_files(session, demo_id).show("python", {"main.py": text})

    demo = ConsoleDemo.get_with_files(session, demo_id)
    assert (demo.language, demo.files) == ("python", {"main.py": "print(2)"})
