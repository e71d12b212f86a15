from __future__ import annotations

from typing import TYPE_CHECKING

from tests import classroom, factories

from etude.models import TestOutcome

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_outcomes_come_in_the_order_of_the_tests(session: Session, people: factories.People) -> None:
    submission_id = classroom.submit(classroom.open_room(people), people.ben)
    for position, name in ((2, "three"), (0, "one"), (1, "two")):
        factories.add(
            TestOutcome(submission_id=submission_id, position=position, name=name, test_group="all",
                        visibility="hidden", status="AC")
        )  # fmt: skip

    found = TestOutcome.get_for_submission(session, submission_id)

    assert [one.name for one in found] == ["one", "two", "three"]
    assert (found[0].message, found[0].notes, found[0].cut) == ({}, [], [])
