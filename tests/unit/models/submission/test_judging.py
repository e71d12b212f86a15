from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests import classroom, factories
from tests.queries import count_queries

from etude.core import clock, signals
from etude.models import Assignment, Override, Progress, Submission, TestOutcome
from etude.models.activity.rules import Rules
from etude.models.submission import SubmissionState, judging
from etude.models.submission.judging import Claim, Judgement

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session


@pytest.fixture
def room(session: Session, people: factories.People) -> classroom.Room:
    return classroom.open_room(people, points=Decimal(20))


@pytest.fixture
def submission_id(room: classroom.Room, people: factories.People) -> int:
    return classroom.submit(room, people.ben)


def claim(session: Session, submission_id: int) -> Claim | None:
    with session.begin():
        return judging.claim(session, submission_id, clock.now())


def judgement(score: str = "5", max_score: str = "10", status: str = "WA") -> Judgement:
    return Judgement(status=status, score=Decimal(score), max_score=Decimal(max_score), document={})


def record(session: Session, claimed: Claim, what: Judgement) -> bool:
    with session.begin():
        return judging.record(session, claimed, what, clock.now())


def test_claim_says_all_that_is_needed_to_judge(session: Session, submission_id: int, people: factories.People) -> None:
    factories.add(Override(assignment_id=1, user_id=people.ben, time_factor=1.5))

    claimed = claim(session, submission_id)

    assert (claimed.kind, claimed.language, claimed.locale, claimed.time_factor) == ("code", "python", "en", 1.5)
    assert claimed.document == {"files": {"main.py": classroom.RIGHT}}


def test_what_is_judged_is_not_claimed_again(session: Session, submission_id: int) -> None:
    record(session, claim(session, submission_id), judgement())

    assert claim(session, submission_id) is None
    assert claim(session, 999) is None


def test_points_are_those_of_the_assignment(session: Session, submission_id: int, people: factories.People) -> None:
    record(session, claim(session, submission_id), judgement("5", "10"))

    submission = session.get(Submission, submission_id)
    assert (submission.raw_score, submission.score, submission.max_score) == (10, 10, 20)
    assert Progress.get_for(session, submission.assignment_id, people.ben).best_score == 10


@pytest.mark.parametrize(("status", "points"), [("AC", 20), ("WA", 0)])
def test_activity_with_samples_only_gives_all_or_nothing(
    session: Session, submission_id: int, status: str, points: int
) -> None:
    record(session, claim(session, submission_id), judgement("0", "0", status))

    assert session.get(Submission, submission_id).score == points


def test_late_rule_takes_points_off_and_keeps_the_raw_ones(session: Session, submission_id: int) -> None:
    submission, assignment = session.get(Submission, submission_id), session.get(Assignment, 1)
    submission.late_days = 3

    judging.set_points(submission, judgement("10", "10"), assignment, Rules(late_percent=10, late_floor_percent=80))

    assert (submission.raw_score, submission.score) == (20, 16)
    session.expunge_all()


def test_released_submission_waits_again_and_costs_no_delivery(session: Session, submission_id: int) -> None:
    claimed = claim(session, submission_id)

    with session.begin():
        is_released = judging.release(session, claimed, clock.now())

    submission = session.get(Submission, submission_id)
    assert is_released
    assert (submission.state, submission.deliveries) == (SubmissionState.QUEUED, 0)
    assert not record(session, claimed, judgement())


def test_progress_of_a_long_judgement_is_told_only_by_who_holds_it(session: Session, submission_id: int) -> None:
    lost = claim(session, submission_id)
    held = claim(session, submission_id)

    with session.begin():
        told = [judging.note_tests_done(session, one, {"done": 3, "of": 10}, clock.now()) for one in (lost, held)]

    assert told == [False, True]
    assert session.get(Submission, submission_id).verdict == {"done": 3, "of": 10}


def test_judging_again_forgets_the_earlier_result(session: Session, submission_id: int) -> None:
    row = {"name": "one", "test_group": "all", "visibility": "hidden", "status": "WA"}
    what = Judgement(status="WA", score=Decimal(0), max_score=Decimal(10), document={}, outcomes=[row])
    record(session, claim(session, submission_id), what)
    with session.begin():
        judging.queue_again(session, session.get(Submission, submission_id), clock.now())
    gone = TestOutcome.get_for_submission(session, submission_id)

    record(session, claim(session, submission_id), what)

    assert gone == []
    assert len(TestOutcome.get_for_submission(session, submission_id)) == 1


def test_others_are_told_after_the_commit(session: Session, submission_id: int, people: factories.People) -> None:
    heard: list[dict[str, object]] = []

    def hear(_sender: object, **ids: object) -> None:
        heard.append(ids)

    with signals.submission_judged.connected_to(hear):
        record(session, claim(session, submission_id), judgement())

    assert heard == [
        {"submission_id": submission_id, "assignment_id": 1, "course_id": people.course, "user_id": people.ben}
    ]


def test_a_result_is_written_in_one_update_of_its_row(app: Flask, session: Session, submission_id: int) -> None:
    claimed = claim(session, submission_id)
    outcome = {"name": "a", "test_group": "all", "visibility": "visible", "status": "AC"}
    what = Judgement(status="AC", score=Decimal(1), max_score=Decimal(1), document={}, outcomes=[outcome, outcome])

    with count_queries(app) as sent:
        record(session, claimed, what)

    assert sum(statement.startswith("UPDATE submission") for statement in sent) == 1
    stored = TestOutcome.get_for_submission(session, submission_id)
    assert [(one.position, one.name, one.notes, one.stdin_head) for one in stored] == [
        (0, "a", [], ""),
        (1, "a", [], ""),
    ]
