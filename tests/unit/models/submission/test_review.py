from __future__ import annotations

from typing import Any

import pytest
from tests import factories
from tests.hand_ins import save_review, submission_row

from etude.models import Review


@pytest.fixture
def assignment_id(session: Any, people: factories.People) -> int:
    return factories.assignment(people.course, factories.activity({}, kind="upload").id).id


def test_released_reviews_come_with_their_writers_name(
    session: Any, assignment_id: int, people: factories.People
) -> None:
    row = submission_row(assignment_id, people.ben)
    review = save_review(row.id, release=True)
    with session.begin():
        session.get(Review, review.id).reviewer_id = people.ada

    ((found, writer),) = Review.get_released_with_reviewers(session, [row.id])

    assert (found.id, writer.given_name) == (review.id, "Ada")


def test_a_draft_is_not_among_the_released_ones(session: Any, assignment_id: int, people: factories.People) -> None:
    row = submission_row(assignment_id, people.ben)
    save_review(row.id)

    assert Review.get_released_with_reviewers(session, [row.id]) == []
    assert not Review.get_for_submission(session, row.id).is_released
