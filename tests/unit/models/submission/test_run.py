from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests import classroom, factories

from etude.models import Run

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from tests.conftest import Time


def test_run_is_found_by_its_owner_only(time: Time, session: Session, people: factories.People) -> None:
    run = ask(people, time)

    assert Run.get_own(session, run, people.ben).id == run
    assert Run.get_own(session, run, people.ada) is None
    assert Run.get_for_update(session, run).files == {"main.py": "print(1)"}


def test_waiting_and_recent_runs_are_counted(time: Time, session: Session, people: factories.People) -> None:
    ask(people, time)
    ask(people, time, ended_at=time.at)

    assert Run.count_waiting(session, people.ben, time.at - timedelta(minutes=1)) == 1
    assert Run.count_since(session, people.ben, time.at - timedelta(minutes=1)) == 2
    assert Run.count_since(session, people.ben, time.at + timedelta(minutes=1)) == 0


def ask(people: factories.People, time: Time, **values: object) -> int:
    room = classroom.open_room(people)
    run = factories.add(
        Run(assignment_id=room.assignment, user_id=people.ben, language="python", files={"main.py": "print(1)"},
            stdin="", asked_at=time.at, **values)
    )  # fmt: skip
    run_id: int = run.id
    return run_id
