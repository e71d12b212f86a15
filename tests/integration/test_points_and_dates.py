"""Points when something changes after the hand-in: a second judging, an extension, another due date."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.models import Assignment, AuditEntry, Enrolment, Override, Progress, Submission
from etude.models.progress import ProgressState
from tests import classroom, factories

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

LATE = {"late_percent": 10, "late_floor_percent": 50}


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


@pytest.fixture
def late_room(app: Flask, people: factories.People, time: Time) -> classroom.Room:
    """Due thirty hours ago: what is handed in now is two days late."""
    with app.app_context():
        return classroom.open_room(people, due_at=time.at - timedelta(hours=30), **LATE)


def judged(app: Flask, room: classroom.Room, user_id: int, status: str = "AC", score: str = "10") -> int:
    with app.app_context():
        submission_id = classroom.submit(room, user_id)
        classroom.judge(submission_id, status, score=score)
    return submission_id


def release(client: FlaskClient, submission_id: int, points: str) -> Any:
    data = {"version": "0", "points": points, "comment": "Well argued.", "release": "1"}
    return factories.post(client, f"/submissions/{submission_id}/review", data)


def marks(app: Flask, submission_id: int, user_id: int) -> tuple[int, str, str]:
    """Days late, points of the answer, best points of the student."""
    with app.app_context():
        row = db.session.get(Submission, submission_id)
        progress = Progress.get_for(db.session, row.assignment_id, user_id)
        return row.late_days, str(row.score), str(progress.best_score)


def exception(client: FlaskClient, room: classroom.Room, target: str, **data: str) -> Any:
    values = {
        "target": target,
        "opens_at": "",
        "due_at": "",
        "closes_at": "",
        "attempts": "",
        "time_factor": "",
        **data,
    }
    return factories.post(client, f"{room.path}/exceptions", values, follow_redirects=True)


def settings(client: FlaskClient, room: classroom.Room, **data: str) -> Any:
    values = {
        "points": "10",
        "attempts": "",
        "late_percent": "10",
        "late_floor_percent": "50",
        "is_visible": "y",
        **data,
    }
    return factories.post(client, f"{room.path}/settings", values, follow_redirects=True)


def last_details(app: Flask, tag: str) -> dict[str, Any]:
    with app.app_context():
        query = sa.select(AuditEntry).options(sa.orm.selectinload(AuditEntry.detail)).where(AuditEntry.tag == tag)
        return db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(1)).one().detail.document


@pytest.mark.parametrize(("status", "score"), [("WA", "4"), ("IE", "0"), ("AC", "10")])
def test_released_points_stand_when_the_answer_is_judged_again(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, status: str, score: str
) -> None:
    submission_id = judged(app, room, people.ben, "WA", "6")
    release(as_teacher, submission_id, "8.5")

    factories.post(as_teacher, f"/submissions/{submission_id}/judgement")
    meanwhile = marks(app, submission_id, people.ben)
    with app.app_context():
        classroom.judge(submission_id, status, score=score)

    assert meanwhile == marks(app, submission_id, people.ben) == (0, "8.50", "8.50")
    with app.app_context():
        assert db.session.get(Submission, submission_id).status == status


def test_staff_see_the_mark_and_what_the_tests_give_and_the_student_the_mark(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People
) -> None:
    submission_id = judged(app, room, people.ben, "WA", "6")
    release(as_teacher, submission_id, "8.5")
    factories.post(as_teacher, f"/submissions/{submission_id}/judgement")
    with app.app_context():
        classroom.judge(submission_id, "WA", score="4")

    staff = as_teacher.get(f"/submissions/{submission_id}").text
    review = as_teacher.get(f"/submissions/{submission_id}/review").text
    student = as_student.get(f"/submissions/{submission_id}").text

    assert "The tests give 4 of 10." in staff
    assert "Points of the tests" in review
    assert "These points are those of the teacher’s review." in student
    assert "Well argued." in student
    assert "The tests give" not in student


def test_points_without_a_review_follow_the_second_judging(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    submission_id = judged(app, room, people.ben, "AC", "10")

    factories.post(as_teacher, f"/submissions/{submission_id}/judgement")
    with app.app_context():
        classroom.judge(submission_id, "WA", score="4")

    assert marks(app, submission_id, people.ben) == (0, "4.00", "4.00")


def test_points_that_a_teacher_gives_to_what_does_not_compile_count(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    submission_id = judged(app, room, people.ben, "CE", "0")

    release(as_teacher, submission_id, "10")

    assert marks(app, submission_id, people.ben) == (0, "10.00", "10.00")
    with app.app_context():
        progress = Progress.get_for(db.session, room.assignment, people.ben)
        assert (progress.state, progress.attempts_used) == (ProgressState.COMPLETED, 0)


def test_an_extension_after_a_late_hand_in_gives_its_points_back_and_says_so(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    submission_id = judged(app, late_room, people.ben)
    before = marks(app, submission_id, people.ben)

    page = exception(as_teacher, late_room, f"student-{people.ben}", due_at="2026-12-01T18:00")

    assert before == (2, "8.00", "8.00")
    assert marks(app, submission_id, people.ben) == (0, "10.00", "10.00")
    assert "the lateness of 1 answer that was handed in already is counted anew" in page.text
    told = {"late_days": ["2", "0"], "score": ["8.00", "10.00"]}
    assert last_details(app, "course:override:changed")["rescored"] == {str(submission_id): told}


def test_taking_the_extension_back_restores_what_was_there(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    submission_id = judged(app, late_room, people.ben)
    exception(as_teacher, late_room, f"student-{people.ben}", due_at="2026-12-01T18:00")
    with app.app_context():
        override_id = db.session.scalar(sa.select(Override.id))

    factories.post(as_teacher, f"/exceptions/{override_id}/delete")

    assert marks(app, submission_id, people.ben) == (2, "8.00", "8.00")


def test_the_extension_of_a_section_reaches_its_students_and_no_others(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        dee = factories.user().id
        section_id = factories.section(people.course).id
        factories.enrolment(people.course, dee)
        with db.session.begin():
            Enrolment.get_for(db.session, people.course, people.ben).section_id = section_id
    bens, dees = judged(app, late_room, people.ben), judged(app, late_room, dee)

    exception(as_teacher, late_room, f"section-{section_id}", due_at="2026-12-01T18:00")

    assert marks(app, bens, people.ben) == (0, "10.00", "10.00")
    assert marks(app, dees, dee) == (2, "8.00", "8.00")


def test_an_extension_lifts_what_the_late_rule_took_off_a_teachers_mark(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    submission_id = judged(app, late_room, people.ben, "WA", "2")
    release(as_teacher, submission_id, "9")
    before = marks(app, submission_id, people.ben)

    exception(as_teacher, late_room, f"student-{people.ben}", due_at="2026-12-01T18:00")

    assert before == (2, "7.20", "7.20")
    assert marks(app, submission_id, people.ben) == (0, "9.00", "9.00")


def test_more_time_for_a_program_moves_no_points(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    submission_id = judged(app, late_room, people.ben)

    page = exception(as_teacher, late_room, f"student-{people.ben}", time_factor="1.5")

    assert marks(app, submission_id, people.ben) == (2, "8.00", "8.00")
    assert "counted anew" not in page.text
    assert "rescored" not in last_details(app, "course:override:changed")


def test_another_due_date_counts_lateness_anew_and_the_old_one_restores_it(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    submission_id = judged(app, late_room, people.ben)

    later = settings(as_teacher, late_room, due_at="2026-12-01T18:00")
    with_later = marks(app, submission_id, people.ben)
    settings(as_teacher, late_room, due_at="2026-11-23T02:15")

    assert with_later == (0, "10.00", "10.00")
    assert "the lateness of 1 answer" in later.text
    assert marks(app, submission_id, people.ben) == (2, "8.00", "8.00")


def test_a_gentler_late_rule_counts_anew_and_other_points_of_the_assignment_do_not(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    submission_id = judged(app, late_room, people.ben)

    settings(as_teacher, late_room, due_at="2026-11-23T02:15", late_percent="5", points="50")

    assert marks(app, submission_id, people.ben) == (2, "9.00", "9.00")
    with app.app_context():
        assert db.session.get(Assignment, late_room.assignment).points == Decimal(50)
        assert db.session.get(Submission, submission_id).max_score == Decimal(10)
