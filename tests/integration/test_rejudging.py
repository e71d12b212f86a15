"""All answers of an assignment judged again, after a test was mended."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.core import clock
from etude.extensions import db
from etude.features.activities import rejudge_services
from etude.models import Activity, AuditEntry, Progress, Submission
from etude.models.activity.storing import store_content
from etude.queue import TaskMessage, Urgency
from tests import classroom, factories
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time


@pytest.fixture
def room(app: Flask, time: Time, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


def judged(app: Flask, room: classroom.Room, user_id: int, score: str, **values: object) -> int:
    with app.app_context():
        submission_id = classroom.submit(room, user_id, **values)
        classroom.judge(submission_id, "WA", score=score)
    return submission_id


def again(app: Flask, client: FlaskClient, room: classroom.Room, time: Time) -> object:
    """Post the button's form, after the tasks so far were done."""
    with app.app_context(), db.session.begin():
        db.session.execute(sa.delete(TaskMessage))
    time.forward(minutes=1)
    return factories.post(client, f"{room.path}/judgements", follow_redirects=True)


def tasks(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        rows = db.session.execute(sa.select(TaskMessage.urgency, TaskMessage.subject).order_by(TaskMessage.subject))
        return [(urgency, subject) for urgency, subject in rows]


def test_all_judged_answers_wait_again_behind_the_class(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    first, second = judged(app, room, people.ben, "4"), judged(app, room, people.ben, "6")

    page = again(app, as_teacher, room, time).text

    assert "2 answers are judged again." in page
    assert "2 answers wait to be judged." in page
    assert [urgency for urgency, _ in tasks(app)] == [Urgency.BULK, Urgency.BULK]
    with app.app_context():
        classroom.judge(first, score="10")
        classroom.judge(second, "WA", score="8")
        assert Progress.get_for(db.session, room.assignment, people.ben).best_score == Decimal(10)


def test_button_says_how_many_and_is_not_there_without_answers(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    before = as_teacher.get(f"{room.path}/settings").text
    judged(app, room, people.ben, "4")

    after = as_teacher.get(f"{room.path}/settings").text

    assert "Judge all answers again" not in before
    assert "1 answer will be judged again by the activity as it is now" in after


def test_answers_are_judged_by_the_newest_version(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    submission_id = judged(app, room, people.ben, "4")
    with app.app_context(), db.session.begin():
        activity = db.session.get_one(Activity, room.activity)
        mended = classroom.content(title={"en": "Thrice", "fr": "Le triple"})
        store_content(db.session, mended, made_by_id=people.ada, at=clock.now(), activity=activity)
        newest = activity.latest_version_id

    again(app, as_teacher, room, time)

    with app.app_context():
        assert db.session.get_one(Submission, submission_id).activity_version_id == newest != room.version


def test_each_batch_is_audited_with_what_stood_before(
    app: Flask,
    room: classroom.Room,
    as_teacher: FlaskClient,
    people: factories.People,
    time: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rejudge_services, "AT_ONCE", 2)
    ids = [judged(app, room, people.ben, "4") for _ in range(3)]

    again(app, as_teacher, room, time)

    with app.app_context():
        query = sa.select(AuditEntry).options(sa.orm.selectinload(AuditEntry.detail)).order_by(AuditEntry.id)
        entries = db.session.scalars(query.where(AuditEntry.tag == "course:assignment:rejudged")).all()
        assert [entry.detail.document["count"] for entry in entries] == [2, 1]
        assert entries[0].detail.document["before"][str(ids[0])] == ["WA", "4.00"]
        assert AuditEntry.find_break(db.session) is None


def test_what_waits_and_what_staff_tried_are_left_alone(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    judged(app, room, people.ada, "4", is_trial=True)
    with app.app_context():
        classroom.submit(room, people.ben)

    page = again(app, as_teacher, room, time).text

    assert "0 answers are judged again." in page
    assert tasks(app) == []


def test_pressed_twice_nothing_is_queued_twice(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    judged(app, room, people.ben, "4")
    again(app, as_teacher, room, time)

    factories.post(as_teacher, f"{room.path}/judgements")

    assert len(tasks(app)) == 1


def test_only_who_may_judge_again_does(
    app: Flask, room: classroom.Room, as_student: FlaskClient, as_outsider: FlaskClient, people: factories.People
) -> None:
    judged(app, room, people.ben, "4")

    answers = [factories.post(one, f"{room.path}/judgements").status_code for one in (as_student, as_outsider)]

    assert answers == [403, 404]


def test_settings_page_costs_the_same_for_one_answer_and_for_60(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    counts = []
    for more in (1, 59):
        with app.app_context():
            for _ in range(more):
                classroom.submit(room, people.ben)
        as_teacher.get(f"{room.path}/settings")  # what is remembered for some seconds is asked for here
        with count_queries(app) as sent:
            as_teacher.get(f"{room.path}/settings")
        counts.append(sent.count)

    assert counts[0] == counts[1]
