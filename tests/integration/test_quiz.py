from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from etude.extensions import db
from etude.models import Progress, Submission
from etude.models.progress import ProgressState
from tests import classroom, factories, hand_ins

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

RIGHT = {"answer-one": "a", "answer-some": ["a", "b"], "answer-pi": "3,14"}
WRONG = {"answer-one": "b", "answer-some": ["a", "c"]}


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people, made_of=hand_ins.quiz_content(), attempts=2)


def hand_in(client: FlaskClient, room: classroom.Room, answers: dict[str, Any]) -> Any:
    fields = hand_ins.form_of(client, room.path)
    return client.post(f"{room.path}/submissions", data={**fields, **answers})


def test_a_quiz_is_marked_at_once_and_completed_with_a_full_score(
    app: Flask, as_student: FlaskClient, people: factories.People, room: classroom.Room
) -> None:
    answer = hand_in(as_student, room, RIGHT)

    submission_id = hand_ins.submission_id_of(answer)
    page = as_student.get(answer.location).text
    assert "Yes, one." in page
    assert "Because it is one." in page
    with app.app_context():
        row = db.session.get(Submission, submission_id)
        assert (row.status, row.score) == ("AC", Decimal("10.00"))
        assert Progress.get_for(db.session, room.assignment, people.ben).state is ProgressState.COMPLETED


def test_the_first_try_tells_what_was_chosen_and_not_what_would_be_right(
    as_student: FlaskClient, room: classroom.Room
) -> None:
    page = as_student.get(hand_in(as_student, room, WRONG).location).text

    assert "No, not two." in page
    assert "Not c." in page
    assert "Yes, one." not in page
    assert "Because it is one." not in page
    assert "You gave no answer to this question." in page


def test_the_last_try_tells_everything(as_student: FlaskClient, room: classroom.Room) -> None:
    hand_in(as_student, room, WRONG)
    page = as_student.get(hand_in(as_student, room, WRONG).location).text

    assert "Because it is one." in page
    assert "3.14" in page


def test_a_wrong_form_keeps_every_answer(app: Flask, as_student: FlaskClient, room: classroom.Room) -> None:
    answer = hand_in(as_student, room, {**WRONG, "answer-pi": "three"})

    assert answer.status_code == 422
    assert "This is not a number." in answer.text
    assert 'value="three"' in answer.text
    assert answer.text.count(" checked") == 3
    with app.app_context():
        assert db.session.query(Submission).count() == 0


def test_a_quiz_may_be_handed_in_empty(as_student: FlaskClient, room: classroom.Room) -> None:
    page = as_student.get(hand_in(as_student, room, {}).location).text

    assert page.count("You gave no answer to this question.") == 3


def test_a_teacher_sees_answers_and_marks_beside_the_review(
    as_student: FlaskClient, as_teacher: FlaskClient, room: classroom.Room
) -> None:
    submission_id = hand_ins.submission_id_of(hand_in(as_student, room, WRONG))

    page = as_teacher.get(f"/submissions/{submission_id}/review").text

    assert "How many?" in page
    assert "not chosen" in page
