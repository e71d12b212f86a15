from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from etude.models import Console, ConsoleRecord
from etude.models.retention import purge_batch, retention_of
from etude.models.watching.record import MAX_BYTES
from tests import classroom, factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conftest import Time


def keep(session: Session, people: factories.People, time: Time, output: bytes, **values: bool) -> int:
    room = classroom.open_room(people)
    row = Console(assignment_id=room.assignment, user_id=people.ben, key="k", language="python", opened_at=time.at)
    console = factories.add(row)
    with session.begin():
        ConsoleRecord.keep(session, console.id, output, at=time.at, **{"is_whole": True, **values})
    return int(console.id)


def test_record_is_kept_once_and_no_longer_than_its_most(
    time: Time, session: Session, people: factories.People
) -> None:
    console = keep(session, people, time, b"a" * 10 + b"b" * MAX_BYTES)
    with session.begin():
        ConsoleRecord.keep(session, console, b"again", is_whole=True, at=time.at)

    record = ConsoleRecord.get_with_output(session, console)

    assert (record.output, record.is_whole) == (b"b" * MAX_BYTES, False)
    assert ConsoleRecord.get_with_output(session, console + 1) is None


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (b"\x1b[31mred\x1b[0m\r\nNom ? Zo\xc3\xa9\r\n", "red\nNom ? Zoé\n"),
        (b"\x1b]0;title\x07\x1b]52;c;dm9s\x1b\\left", "left"),
        (b"a\x00b\x08\x1b(Bc\x1b", "abc"),
        (b"\xff<script>", "\ufffd<script>"),
        ("\x9b31mC1".encode(), "31mC1"),
    ],
)
def test_text_is_plain(output: bytes, text: str) -> None:
    assert ConsoleRecord(output=output).text() == text


def test_record_is_removed_after_thirty_days(time: Time, session: Session, people: factories.People) -> None:
    console = keep(session, people, time, b"x")
    kept = retention_of(ConsoleRecord).kept

    with session.begin():
        before = purge_batch(session, ConsoleRecord, time.at + timedelta(days=30) - kept)
    with session.begin():
        after = purge_batch(session, ConsoleRecord, time.at + timedelta(days=30, seconds=1) - kept)

    assert (before, after) == (0, 1)
    assert session.get(Console, console) is not None
