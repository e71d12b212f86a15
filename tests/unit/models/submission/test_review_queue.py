from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests import factories
from tests.hand_ins import save_review, submission_row

from etude.core import clock
from etude.models import Assignment
from etude.models.course import CourseRole
from etude.models.submission import review_queue
from etude.models.submission.review_queue import Waiting

if TYPE_CHECKING:
    from tests.conftest import Time


@pytest.fixture
def assignment_id(session: Any, people: factories.People) -> int:
    return factories.assignment(people.course, factories.activity({}, kind="upload").id).id


def ids(session: Any, waiting: Waiting) -> list[int]:
    return [row.submission.id for row in review_queue.get_page(session, waiting, offset=0, limit=50)]


def test_the_queue_is_oldest_first_without_tries_and_without_replaced_versions(
    time: Time, session: Any, assignment_id: int, people: factories.People
) -> None:
    student = factories.user().id
    submission_row(assignment_id, people.ben)
    time.forward(minutes=1)
    other = submission_row(assignment_id, student)
    time.forward(minutes=1)
    newer = submission_row(assignment_id, people.ben, attempt=2)
    submission_row(assignment_id, people.ada, is_trial=True)
    waiting = Waiting(course_id=people.course)

    assert ids(session, waiting) == [other.id, newer.id]
    assert review_queue.count(session, waiting) == 2
    assert review_queue.get_next_id(session, waiting, other) == newer.id
    assert review_queue.get_next_id(session, waiting, newer) == other.id


def test_the_queue_of_a_section_and_of_an_assignment(
    session: Any, assignment_id: int, people: factories.People
) -> None:
    section = factories.section(people.course).id
    student = factories.user().id
    factories.enrolment(people.course, student, CourseRole.STUDENT, section_id=section)
    own = submission_row(assignment_id, student)
    submission_row(assignment_id, people.ben)

    assert ids(session, Waiting(course_id=people.course, section_id=section)) == [own.id]
    assert ids(session, Waiting(course_id=people.course, assignment_id=assignment_id + 1)) == []
    assert [n for _, _, n in review_queue.count_by_assignment(session, Waiting(course_id=people.course))] == [2]


def test_what_is_in_the_bin_does_not_wait(session: Any, assignment_id: int, people: factories.People) -> None:
    submission_row(assignment_id, people.ben)
    with session.begin():
        session.get(Assignment, assignment_id).delete(clock.now(), people.ada)

    assert ids(session, Waiting(course_id=people.course)) == []


def test_only_reviews_with_what_a_release_needs_are_ready(
    session: Any, assignment_id: int, people: factories.People
) -> None:
    student = factories.user().id
    save_review(submission_row(assignment_id, people.ben).id, None)
    ready = submission_row(assignment_id, student)
    save_review(ready.id)
    waiting = Waiting(course_id=people.course)

    assert review_queue.count_unreleased(session, waiting) == 1
    assert review_queue.get_unreleased_ids(session, waiting, most=10) == [ready.id]
