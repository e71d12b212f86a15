from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from tests import classroom, factories

from etude.core import clock
from etude.models import Submission, TestPicture
from etude.models.submission import judging

if TYPE_CHECKING:
    from tests.conftest import Time


@pytest.fixture
def submission_id(session: Any, people: factories.People, time: Time) -> int:
    """An answer of Ben's with two pictures."""
    found = classroom.submit(classroom.open_room(people), people.ben)
    with session.begin():
        for position, name in enumerate(("ab", "cd")):
            row = {"position": position, "name": f"{name}.png", "content_type": "image/png", "data": name.encode()}
            session.add(TestPicture(submission_id=found, **row))
    return found


def test_pictures_come_in_the_order_of_their_tests_without_their_bytes(session: Any, submission_id: int) -> None:
    found = TestPicture.get_for_submission(session, submission_id)

    assert [(one.position, one.name) for one in found] == [(0, "ab.png"), (1, "cd.png")]
    assert all("data" in sa.inspect(one).unloaded for one in found)


def test_a_picture_is_found_in_its_own_answer_only_with_its_bytes(session: Any, submission_id: int) -> None:
    first = TestPicture.get_for_submission(session, submission_id)[0].id
    session.expire_all()

    assert "data" not in sa.inspect(TestPicture.get_in_submission(session, submission_id, first)).unloaded
    assert TestPicture.get_in_submission(session, submission_id + 1, first) is None


def test_pictures_go_when_the_answer_is_judged_again(session: Any, submission_id: int) -> None:
    classroom.judge(submission_id)
    with session.begin():
        judging.queue_again(session, session.get(Submission, submission_id), clock.now())

    assert TestPicture.get_for_submission(session, submission_id) == []
