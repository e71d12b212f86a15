from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests import classroom, factories

from etude.models import Draft, DraftVersion
from etude.models.submission import drafts
from etude.models.submission.drafts import DraftText, Saved

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from tests.conftest import Time


@pytest.fixture
def room(time: Time, session: Session, people: factories.People) -> classroom.Room:
    return classroom.open_room(people)


def text(code: str, language: str = "python") -> DraftText:
    return DraftText(language=language, files={"main.py": code})


def save(session: Session, room: classroom.Room, time: Time, code: str, base_version: int | None) -> Saved:
    with session.begin():
        return drafts.save(session, room.assignment, 1, text(code), base_version=base_version, at=time.at)


def trail(session: Session) -> list[tuple[int, str, str]]:
    rows = session.query(DraftVersion).order_by(DraftVersion.version)
    return [(row.version, row.reason, row.files["main.py"]) for row in rows]


def test_each_save_grows_the_version(session: Session, room: classroom.Room, time: Time) -> None:
    versions = [save(session, room, time, f"text {number}", number).version for number in range(3)]

    assert versions == [1, 2, 3]
    assert Draft.get_for(session, room.assignment, 1).files == {"main.py": "text 2"}


def test_stale_save_changes_nothing_but_the_trail(session: Session, room: classroom.Room, time: Time) -> None:
    save(session, room, time, "one", 0)
    save(session, room, time, "two", 1)

    stale = save(session, room, time, "other", 1)

    assert (stale.is_stale, stale.version, stale.files) == (True, 2, {"main.py": "two"})
    assert (2, "conflict", "other") in trail(session)


def test_save_over_whatever_is_there_wins(session: Session, room: classroom.Room, time: Time) -> None:
    save(session, room, time, "one", 0)

    saved = save(session, room, time, "forced", None)

    assert (saved.is_stale, saved.version) == (False, 2)


def test_run_and_hand_in_mark_the_state_that_was_used(session: Session, room: classroom.Room, time: Time) -> None:
    save(session, room, time, "one", 0)

    with session.begin():
        drafts.note_use(session, room.assignment, 1, text("one"), reason="submit", at=time.at)
    with session.begin():
        drafts.note_use(session, room.assignment, 1, text("one"), reason="run", at=time.at)
    with session.begin():
        drafts.note_use(session, room.assignment, 1, text("two"), reason="run", at=time.at)

    assert trail(session) == [(1, "submit", "one"), (2, "run", "two")]
    assert Draft.get_for(session, room.assignment, 1).version == 1
