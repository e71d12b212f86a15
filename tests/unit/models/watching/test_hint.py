from __future__ import annotations

from typing import TYPE_CHECKING

from etude.models import ConsoleHint
from etude.models.watching.hint import MOST_SHOWN
from tests import classroom, factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conftest import Time


def test_open_hints_are_the_newest_of_this_student_and_activity_oldest_first(
    time: Time, session: Session, people: factories.People
) -> None:
    room, other = classroom.open_room(people), classroom.open_room(people)

    def send(text: str, *, to: int = people.ben, at: classroom.Room = room, **values: object) -> ConsoleHint:
        place = {"assignment_id": at.assignment, "user_id": to, "by_id": people.ada}
        return factories.add(ConsoleHint(text=text, sent_at=time.at, **place, **values))

    send("to somebody else", to=people.cy)
    send("elsewhere", at=other)
    send("put away", dismissed_at=time.at)
    sent = [send(f"hint {number}") for number in range(MOST_SHOWN + 1)]

    shown = ConsoleHint.get_open(session, room.assignment, people.ben)

    assert [one.text for one in shown] == [f"hint {number}" for number in range(1, MOST_SHOWN + 1)]
    assert {one.sender for one in shown} == {"Ada Teacher"}
    assert ConsoleHint.get_own(session, sent[0].id, people.ben).text == "hint 0"
    assert ConsoleHint.get_own(session, sent[0].id, people.cy) is None
