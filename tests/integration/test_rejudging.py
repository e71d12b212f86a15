"""All answers of an assignment judged again, after a test was mended."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.core import clock
from etude.extensions import db
from etude.features.activities import rejudge_services
from etude.models import Activity, AuditEntry, Progress, RejudgedAnswer, Rejudgement, Review, Submission
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
    assert "0 of 2 answers are judged again." in page
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


def shown(page: str) -> list[str]:
    """Return the words of each row of what changed, without the line breaks."""
    rows = page.split("<tbody>", 1)[1].split("</tbody>", 1)[0].split("</tr>")[:-1] if "<tbody>" in page else []
    return [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in rows]


def test_page_tells_how_far_it_is_and_asks_for_itself_until_all_is_done(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    ids = [judged(app, room, people.ben, "4") for _ in range(2)]
    again(app, as_teacher, room, time)

    pages = [as_teacher.get(f"{room.path}/judgements").text]
    for one in ids:
        with app.app_context():
            classroom.judge(one, "WA", score="4")
        pages.append(as_teacher.get(f"{room.path}/judgements").text)

    assert [f"{done} of 2 answers are judged again." in pages[done] for done in (0, 1)] == [True, True]
    assert ['hx-trigger="every 3s"' in page for page in pages] == [True, True, False]
    assert "All 2 answers were judged again. No result changed." in " ".join(pages[2].split())
    assert '<progress aria-label="Answers that are judged again" max="2" value="1">' in pages[1]


def test_page_tells_whose_verdict_or_points_changed_from_what_to_what(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    better, same, points_alone = (judged(app, room, people.ben, score) for score in ("4", "5", "6"))
    again(app, as_teacher, room, time)
    with app.app_context():
        classroom.judge(better, score="10")
        classroom.judge(same, "WA", score="5")
        classroom.judge(points_alone, "WA", score="7.5")

    page = as_teacher.get(f"{room.path}/judgements").text

    assert "The results of 2 changed." in page
    assert shown(page) == [
        "Ben Student No. 1 ✗ Not yet ✓ Passed 4 10",
        "Ben Student No. 3 ✗ Not yet ✗ Not yet 6 7.5",
    ]


def test_points_that_a_teacher_released_stay_and_the_page_says_what_the_tests_say_now(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    submission_id = judged(app, room, people.ben, "4")
    factories.post(as_teacher, f"/submissions/{submission_id}/review", {"points": "8", "comment": "", "release": "1"})
    again(app, as_teacher, room, time)
    with app.app_context():
        assert Review.has_released_points(db.session, submission_id)
        classroom.judge(submission_id, score="10")

    [row] = shown(as_teacher.get(f"{room.path}/judgements").text)

    assert row == "Ben Student No. 1 ✗ Not yet ✓ Passed 8 8 your points stay tests: 4, now 10 Review"
    with app.app_context():
        assert db.session.get_one(Submission, submission_id).score == Decimal(8)


def test_earlier_times_are_kept_as_they_were_and_only_those_of_the_assignment_are_shown(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    submission_id = judged(app, room, people.ben, "4")
    for score in ("6", "9"):
        again(app, as_teacher, room, time)
        with app.app_context():
            classroom.judge(submission_id, "WA", score=score)
    with app.app_context():
        _, first = Rejudgement.get_latest(db.session, room.assignment)

    pages = [as_teacher.get(f"{room.path}/judgements?of={one}") for one in (first.id, 999)]

    assert shown(pages[0].text) == ["Ben Student No. 1 ✗ Not yet ✗ Not yet 4 6"]
    assert pages[1].status_code == 404


def test_page_before_anything_was_judged_again_says_so_and_is_for_teachers_alone(
    room: classroom.Room, as_teacher: FlaskClient, as_student: FlaskClient, as_outsider: FlaskClient
) -> None:
    path = f"{room.path}/judgements"

    answers = [one.get(path) for one in (as_teacher, as_student, as_outsider)]

    assert [answer.status_code for answer in answers] == [200, 403, 404]
    assert "Nothing was judged again" in answers[0].text


def test_page_is_paged_and_costs_the_same_for_one_answer_and_for_60(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    path, counts = f"{room.path}/judgements", []
    for more in (1, 59):
        for _ in range(more):
            judged(app, room, people.ben, "4")
        again(app, as_teacher, room, time)
        with app.app_context(), db.session.begin():
            latest = Rejudgement.get_latest(db.session, room.assignment)[0].id
            mine = sa.update(RejudgedAnswer).where(RejudgedAnswer.rejudgement_id == latest)
            db.session.execute(mine.values(is_changed=True, judged_at=clock.now(), status_after="AC"))
            db.session.execute(sa.update(Submission).values(state="judged"))
        as_teacher.get(path)
        with count_queries(app) as sent:
            page = as_teacher.get(path).text
        counts.append(sent.count)

    assert counts[0] == counts[1] <= 12
    assert len(shown(page)) == 50
    assert len(shown(as_teacher.get(f"{path}?page=2").text)) == 10


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
