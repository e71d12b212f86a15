from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests import factories
from tests.hand_ins import save_review, submission_row

from etude.core.errors import Conflict, Refused
from etude.models import Review, Submission
from etude.models.submission import SubmissionState

if TYPE_CHECKING:
    from tests.conftest import Time


@pytest.fixture
def assignment_id(session: Any, people: factories.People) -> int:
    return factories.assignment(people.course, factories.activity({}, kind="upload").id).id


def test_a_review_is_released_at_a_time(session: Any, assignment_id: int, people: factories.People) -> None:
    row = submission_row(assignment_id, people.ben)

    drafted = save_review(row.id)
    was_released = drafted.is_released
    released = save_review(row.id, version=1, release=True)

    assert not was_released
    assert released.is_released
    assert session.get(Submission, row.id).score == Decimal("7.00")


def test_releasing_twice_keeps_the_first_time(
    time: Time, session: Any, assignment_id: int, people: factories.People
) -> None:
    row = submission_row(assignment_id, people.ben)
    first = save_review(row.id, release=True).released_at
    time.forward(hours=1)

    assert save_review(row.id, version=1, release=True).released_at == first


def test_a_stale_save_is_a_conflict(session: Any, assignment_id: int, people: factories.People) -> None:
    row = submission_row(assignment_id, people.ben)
    save_review(row.id, "3")

    with pytest.raises(Conflict):
        save_review(row.id, "4")

    assert Review.get_for_submission(session, row.id).points == Decimal("3.00")


@pytest.mark.parametrize("state", [SubmissionState.QUEUED, SubmissionState.JUDGING])
def test_what_is_being_judged_is_not_released(
    session: Any, assignment_id: int, people: factories.People, state: SubmissionState
) -> None:
    row = submission_row(assignment_id, people.ben, state=state)

    with pytest.raises(Refused):
        save_review(row.id, release=True)


def test_a_hand_in_is_not_released_without_points(session: Any, assignment_id: int, people: factories.People) -> None:
    row = submission_row(assignment_id, people.ben)

    with pytest.raises(Refused, match="points"):
        save_review(row.id, None, release=True)
