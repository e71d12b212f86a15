from __future__ import annotations

import itertools
import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from etude.models import Activity, Assignment, Progress, Review, Submission
from etude.models.progress import ProgressState, operations
from etude.models.submission import SubmissionState
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession

_attempts = itertools.count(1)


@pytest.fixture
def assignment(session: UnitOfWorkSession, people: factories.People) -> Assignment:
    return factories.assignment(people.course, factories.activity().id)


@pytest.fixture
def hand_in_assignment(session: UnitOfWorkSession, people: factories.People) -> Assignment:
    return factories.assignment(people.course, factories.activity(kind="upload").id)


def submit(session: UnitOfWorkSession, assignment: Assignment, user_id: int, **values: Any) -> Submission:
    """A judged answer with 4 of 10 points, unless told otherwise; the progress is brought up to date."""
    number = next(_attempts)
    defaults: dict[str, Any] = {
        "kind": "code",
        "state": SubmissionState.JUDGED,
        "status": "WA",
        "raw_score": Decimal(4),
        "score": Decimal(4),
        "max_score": Decimal(10),
        "submitted_at": START + timedelta(minutes=number),
    }
    with session.begin():
        activity = session.get(Activity, assignment.activity_id)
        submission = Submission(
            assignment_id=assignment.id,
            user_id=user_id,
            activity_version_id=activity.latest_version_id,
            attempt=number,
            once=secrets.token_hex(8),
            answer={},
            **{**defaults, **values},
        )
        session.add(submission)
        operations.note_submission(session, submission, submission.submitted_at)
    return submission


def progress_of(session: UnitOfWorkSession, assignment: Assignment, user_id: int) -> Progress:
    found = Progress.get_for(session, assignment.id, user_id)
    assert found is not None
    return found


def test_opening_the_work_starts_it_once(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    for at in (START, START + timedelta(hours=1)):
        with session.begin():
            operations.note_started(session, assignment, people.ben, at)

    progress = progress_of(session, assignment, people.ben)
    assert progress.state is ProgressState.STARTED
    assert progress.started_at == START
    assert progress.course_id == people.course


def test_opening_finished_work_leaves_it_finished(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    submit(session, assignment, people.ben, raw_score=Decimal(10), score=Decimal(10), status="AC")

    with session.begin():
        operations.note_started(session, assignment, people.ben, START)

    assert progress_of(session, assignment, people.ben).is_completed


def test_the_best_penalised_score_is_kept_and_a_tie_goes_to_the_earliest(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    submit(session, assignment, people.ben, raw_score=Decimal(5), score=Decimal(5))
    best = submit(session, assignment, people.ben, raw_score=Decimal(7), score=Decimal(7))
    submit(session, assignment, people.ben, raw_score=Decimal(9), score=Decimal(7), late_days=2)

    progress = progress_of(session, assignment, people.ben)

    assert progress.best_score == Decimal(7)
    assert progress.best_submission_id == best.id
    assert progress.submission_count == progress.attempts_used == 3


@pytest.mark.parametrize("status", ["CE", "IE"])
def test_what_does_not_compile_or_is_our_fault_costs_no_attempt(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment, status: str
) -> None:
    submit(session, assignment, people.ben, status=status, raw_score=Decimal(0), score=Decimal(0))

    progress = progress_of(session, assignment, people.ben)

    assert progress.attempts_used == 0
    assert progress.submission_count == 1
    assert progress.best_score is None
    assert progress.state is ProgressState.STARTED


def test_an_answer_that_waits_for_its_verdict_uses_an_attempt(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    submit(session, assignment, people.ben, state=SubmissionState.QUEUED, status="", raw_score=None, score=None)

    progress = progress_of(session, assignment, people.ben)

    assert progress.attempts_used == 1
    assert progress.best_score is None


def test_an_answer_taken_out_of_the_count_gives_nothing(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    submit(session, assignment, people.ben, counts=False, raw_score=Decimal(10), score=Decimal(10), status="AC")

    progress = progress_of(session, assignment, people.ben)

    assert (progress.attempts_used, progress.best_score, progress.state) == (0, None, ProgressState.STARTED)


def test_a_teachers_try_leaves_no_trace(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    submit(session, assignment, people.ada, is_trial=True)

    assert Progress.get_for(session, assignment.id, people.ada) is None


@pytest.mark.parametrize("kind", ["code", "quiz"])
def test_full_score_completes_programs_and_quizzes_even_late(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment, kind: str
) -> None:
    done = submit(
        session, assignment, people.ben, kind=kind, raw_score=Decimal(10), score=Decimal(8), status="AC", late_days=2
    )
    submit(session, assignment, people.ben, kind=kind)

    progress = progress_of(session, assignment, people.ben)

    assert progress.state is ProgressState.COMPLETED
    assert progress.completed_at == done.submitted_at
    assert progress.best_score == Decimal(8)


def test_work_without_points_is_completed_when_it_is_accepted(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    nothing = {"raw_score": Decimal(0), "score": Decimal(0), "max_score": Decimal(0)}
    submit(session, assignment, people.ben, status="WA", **nothing)
    assert not progress_of(session, assignment, people.ben).is_completed

    submit(session, assignment, people.ben, status="AC", **nothing)

    assert progress_of(session, assignment, people.ben).is_completed


def review(session: UnitOfWorkSession, submission: Submission, released_at: datetime | None) -> None:
    with session.begin():
        session.add(Review(submission_id=submission.id, points=Decimal(6), released_at=released_at))
        found = session.get(Submission, submission.id)
        if released_at is not None:
            found.state, found.score, found.raw_score = SubmissionState.REVIEWED, Decimal(6), Decimal(6)
        operations.note_result(session, found, released_at or START)


def hand_in(session: UnitOfWorkSession, assignment: Assignment, user_id: int) -> Submission:
    waiting = {"state": SubmissionState.TO_REVIEW, "status": "", "raw_score": None, "score": None}
    return submit(session, assignment, user_id, kind="upload", **waiting)


def test_a_hand_in_waits_for_its_review_and_is_completed_by_its_release(
    session: UnitOfWorkSession, people: factories.People, hand_in_assignment: Assignment
) -> None:
    submission = hand_in(session, hand_in_assignment, people.ben)
    assert progress_of(session, hand_in_assignment, people.ben).state is ProgressState.TO_REVIEW

    review(session, submission, START + timedelta(days=1))

    progress = progress_of(session, hand_in_assignment, people.ben)
    assert progress.state is ProgressState.COMPLETED
    assert progress.completed_at == START + timedelta(days=1)
    assert progress.best_score == Decimal(6)


def test_a_drafted_review_changes_nothing_for_the_student(
    session: UnitOfWorkSession, people: factories.People, hand_in_assignment: Assignment
) -> None:
    submission = hand_in(session, hand_in_assignment, people.ben)

    review(session, submission, None)

    progress = progress_of(session, hand_in_assignment, people.ben)
    assert progress.state is ProgressState.TO_REVIEW
    assert progress.best_score is None


def test_a_teacher_marks_work_as_completed_and_later_answers_leave_it_so(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    with session.begin():
        operations.mark_completed(session, assignment, people.ben, at=START, by_id=people.ada)
    submit(session, assignment, people.ben)

    progress = progress_of(session, assignment, people.ben)

    assert progress.state is ProgressState.COMPLETED
    assert (progress.completed_at, progress.completed_by_id) == (START, people.ada)
    assert progress.best_score == Decimal(4)


def test_a_mark_taken_back_leaves_what_the_answers_say(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    submit(session, assignment, people.ben)
    with session.begin():
        operations.mark_completed(session, assignment, people.ben, at=START, by_id=people.ada)

    with session.begin():
        operations.unmark_completed(session, assignment, people.ben)

    progress = progress_of(session, assignment, people.ben)
    assert progress.state is ProgressState.STARTED
    assert (progress.completed_at, progress.completed_by_id) == (None, None)


def test_a_mark_on_completed_work_keeps_its_first_date(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    done = submit(session, assignment, people.ben, raw_score=Decimal(10), score=Decimal(10), status="AC")

    with session.begin():
        operations.mark_completed(session, assignment, people.ben, at=START + timedelta(days=9), by_id=people.ada)

    progress = progress_of(session, assignment, people.ben)
    assert progress.completed_at == done.submitted_at
    assert not progress.is_marked_by_hand


def test_progress_is_the_same_however_often_it_is_computed(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    submission = submit(session, assignment, people.ben)
    columns = [column.key for column in Progress.__table__.columns]
    once = progress_of(session, assignment, people.ben)
    before = {name: getattr(once, name) for name in columns}

    for _ in range(3):
        with session.begin():
            operations.note_result(session, session.get(Submission, submission.id), START)

    after = progress_of(session, assignment, people.ben)
    assert {name: getattr(after, name) for name in columns} == before


def test_progress_follows_an_answer_that_was_judged_again(
    session: UnitOfWorkSession, people: factories.People, assignment: Assignment
) -> None:
    submission = submit(session, assignment, people.ben, raw_score=Decimal(10), score=Decimal(10), status="AC")

    with session.begin():
        found = session.get(Submission, submission.id)
        found.raw_score = found.score = Decimal(3)
        operations.note_result(session, found, START)

    progress = progress_of(session, assignment, people.ben)
    assert progress.best_score == Decimal(3)
    assert progress.state is ProgressState.STARTED
    assert progress.completed_at is None
