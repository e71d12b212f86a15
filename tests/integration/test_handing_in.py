from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.core import clock
from etude.extensions import db
from etude.grading import toolchains
from etude.models import Course, Progress, Submission, WorkerState
from tests import classroom, factories
from tests.audited import audited
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


def test_program_is_handed_in_judged_and_shown(
    app: Flask, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    answer = classroom.hand_in(as_student, room, classroom.HALF_RIGHT)

    assert answer.status_code == 303
    submission_id = classroom.submission_id_of(answer)
    with classroom.running_worker(app):
        classroom.wait_until_judged(app, submission_id)
    page = as_student.get(answer.location).text
    assert "Not yet" in page
    assert "2000" in page
    assert "4000" in page  # obtained
    assert "31337" not in page
    assert "62674" not in page
    with app.app_context():
        submission = db.session.get(Submission, submission_id)
        assert (submission.status, str(submission.score), str(submission.max_score)) == ("WA", "4.00", "10.00")
        progress = Progress.get_for(db.session, room.assignment, people.ben)
        assert (str(progress.best_score), progress.attempts_used) == ("4.00", 1)


def test_double_click_makes_one_submission(app: Flask, room: classroom.Room, as_student: FlaskClient) -> None:
    fields = {**classroom.form_of(as_student, room.path), "code": classroom.RIGHT}

    first = as_student.post(f"{room.path}/submissions", data=fields)
    second = as_student.post(f"{room.path}/submissions", data=fields)

    assert first.location == second.location
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1
    assert "submission:submission:created" in audited(app)


def test_two_tabs_cannot_use_one_attempt_twice(app: Flask, people: factories.People, as_student: FlaskClient) -> None:
    with app.app_context():
        room = classroom.open_room(people, attempts=1)
    one_tab, other_tab = (classroom.form_of(as_student, room.path) for _ in range(2))

    first = as_student.post(f"{room.path}/submissions", data={**one_tab, "code": classroom.RIGHT})
    second = as_student.post(f"{room.path}/submissions", data={**other_tab, "code": "print('the other tab')"})

    assert first.status_code == 303
    assert second.status_code == 422
    assert "You have used all the attempts" in second.text
    assert "the other tab" in second.text


def test_answer_that_does_not_compile_costs_no_attempt(
    app: Flask, people: factories.People, as_student: FlaskClient
) -> None:
    with app.app_context():
        room = classroom.open_room(people, attempts=1)
    submission_id = classroom.submission_id_of(classroom.hand_in(as_student, room, classroom.BROKEN))
    with app.app_context():
        classroom.judge(submission_id, "CE", score="0")

    assert "1 attempt left" in as_student.get(room.path).text
    assert classroom.hand_in(as_student, room, classroom.RIGHT).status_code == 303


@pytest.mark.parametrize(
    ("seconds_after", "status"), [(0, 303), (0.999, 303), (1, 422)], ids=["at the second", "within it", "after it"]
)
def test_the_second_of_closing_is_still_open(
    time: Time, app: Flask, people: factories.People, as_student: FlaskClient, seconds_after: float, status: int
) -> None:
    with app.app_context():
        room = classroom.open_room(people, closes_at=time.at + timedelta(minutes=5))
    fields = classroom.form_of(as_student, room.path)
    time.forward(minutes=5, seconds=seconds_after)

    answer = as_student.post(f"{room.path}/submissions", data={**fields, "code": "print('on time?')"})

    assert answer.status_code == status
    if status == 422:
        assert "This activity closed on" in answer.text
        assert "on time?" in answer.text


def test_late_answer_says_what_it_costs(
    time: Time, app: Flask, people: factories.People, as_student: FlaskClient
) -> None:
    with app.app_context():
        room = classroom.open_room(people, due_at=time.at - timedelta(hours=30), late_percent=10, late_floor_percent=50)
    before = as_student.get(room.path).text
    submission_id = classroom.submission_id_of(classroom.hand_in(as_student, room, classroom.RIGHT))
    with app.app_context():
        classroom.judge(submission_id)
        score = db.session.get(Submission, submission_id).score

    assert "It is 2 days late now." in before
    assert str(score) == "8.00"
    assert "20 % of the points are taken off" in as_student.get(f"/submissions/{submission_id}").text


def test_activity_that_is_not_open_yet_shows_when_and_nothing_else(
    time: Time, app: Flask, people: factories.People, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        room = classroom.open_room(people, opens_at=time.at + timedelta(days=1))
    token = factories.csrf(as_student)

    page = as_student.get(room.path)
    sent = as_student.post(f"{room.path}/submissions", data={"csrf_token": token, "once": "x" * 20})

    assert "It opens on Wednesday 25 November 2026 at 08:15" in page.text
    assert "twice</strong>" not in page.text
    assert sent.status_code == 422
    assert "twice</strong>" in as_teacher.get(room.path).text


def test_archived_course_takes_no_answer_but_is_read(
    time: Time, app: Flask, people: factories.People, as_student: FlaskClient
) -> None:
    with app.app_context():
        room = classroom.open_room(people)
        with db.session.begin():
            db.session.get(Course, people.course).archived_at = time.at
    fields = classroom.form_of(as_student, room.path)

    answer = as_student.post(f"{room.path}/submissions", data={**fields, "code": classroom.RIGHT})

    assert answer.status_code == 422
    assert "This course is over" in answer.text


def test_hidden_assignment_is_not_found_by_students(
    app: Flask, people: factories.People, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        room = classroom.open_room(people, is_visible=False)

    assert as_student.get(room.path).status_code == 404
    assert as_teacher.get(room.path).status_code == 200


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "There is no program here yet"),
        ("  \r\n", "There is no program here yet"),
        ("print(1)\x00", "a character that cannot be stored"),
        ("x = 1\n" * 200_000, "longer than 256 KB"),
    ],
    ids=["empty", "blank", "NUL", "1.2 MB"],
)
def test_bad_program_is_refused_with_a_sentence_and_kept(
    room: classroom.Room, as_student: FlaskClient, code: str, sentence: str
) -> None:
    answer = classroom.hand_in(as_student, room, code)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert code.strip()[:1000] in answer.text.replace("&#34;", '"')


def test_unknown_language_is_refused(room: classroom.Room, as_student: FlaskClient) -> None:
    answer = classroom.hand_in(as_student, room, classroom.RIGHT, data={"language": "cobol"})

    assert answer.status_code == 422
    assert "does not take this language" in answer.text


def test_page_with_scripts_gets_the_results_box_and_a_new_token(room: classroom.Room, as_student: FlaskClient) -> None:
    once = classroom.form_of(as_student, room.path)["once"]

    answer = classroom.hand_in(as_student, room, classroom.RIGHT, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert 'data-state="queued"' in answer.text
    assert 'hx-target="#once"' in answer.text
    assert once not in answer.text


def test_page_with_scripts_gets_the_refusal_in_the_results_box(room: classroom.Room, as_student: FlaskClient) -> None:
    answer = classroom.hand_in(as_student, room, "", headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert 'id="results"' in answer.text
    assert "There is no program here yet" in answer.text


def test_teacher_tries_as_a_student_and_nothing_counts(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    answer = classroom.hand_in(as_teacher, room, classroom.RIGHT)

    submission_id = classroom.submission_id_of(answer)
    with app.app_context():
        classroom.judge(submission_id)
        assert Progress.get_for(db.session, room.assignment, people.ada) is None
    assert "it counts for nothing" in as_teacher.get(answer.location).text


def test_teacher_who_tries_opens_hints_one_by_one_and_nothing_is_stored(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    before = as_teacher.get(room.path).text
    first = factories.post(as_teacher, f"{room.path}/hints")
    one = as_teacher.get(first.location).text
    second = factories.post(as_teacher, f"{room.path}/hints?hints=1")
    both = as_teacher.get(second.location).text

    assert "Read a number with" not in before
    assert "Read a number with" in one
    assert "Multiply it by two" not in one
    assert f"{room.path}/hints?hints=1" in one
    assert "Multiply it by two" in both
    with app.app_context():
        assert Progress.get_for(db.session, room.assignment, people.ada) is None


def test_teacher_who_tries_is_saved_and_judged_whatever_the_dates_and_nothing_counts(
    time: Time, app: Flask, people: factories.People, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        room = classroom.open_room(people, attempts=1, closes_at=time.at - timedelta(days=1))
    headers = {"X-CSRFToken": factories.csrf(as_teacher)}
    typed = {"language": "python", "files": {"main.py": classroom.RIGHT}}

    saved = as_teacher.post(f"{room.path}/draft", json={**typed, "base_version": 0}, headers=headers)
    answers = [classroom.hand_in(as_teacher, room, code) for code in (classroom.HALF_RIGHT, classroom.RIGHT)]
    with classroom.running_worker(app):
        classroom.wait_until_judged(app, *map(classroom.submission_id_of, answers))

    assert saved.status_code == 200
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "The answer passes all the tests" in as_teacher.get(answers[1].location).text
    with app.app_context():
        assert Progress.get_for(db.session, room.assignment, people.ada) is None
        assert db.session.scalar(sa.select(sa.func.count(Submission.id)).where(Submission.is_trial)) == 2


def test_page_is_isolated_for_the_program_that_runs_in_it(room: classroom.Room, as_student: FlaskClient) -> None:
    answer = as_student.get(room.path)

    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "'nonce-" in answer.headers["Content-Security-Policy"]


def test_course_language_chooses_statement_and_hints(
    app: Flask, people: factories.People, as_student: FlaskClient
) -> None:
    with app.app_context():
        room = classroom.open_room(people)
        with db.session.begin():
            db.session.get(Course, people.course).locale = "fr"

    page = as_student.get(room.path).text

    assert "double</strong>" in page
    assert 'lang="fr"' in page


def test_hints_open_one_by_one_and_count(
    app: Flask, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    before = as_student.get(room.path).text
    factories.post(as_student, f"{room.path}/hints")
    after = as_student.get(room.path).text
    for _ in range(3):
        factories.post(as_student, f"{room.path}/hints")

    assert "Read a number with" not in before
    assert "Read a number with" in after
    assert "Multiply it by two" not in after
    with app.app_context():
        assert Progress.get_for(db.session, room.assignment, people.ben).hints_opened == 2


def test_teacher_has_an_answer_judged_again(
    app: Flask, room: classroom.Room, as_student: FlaskClient, as_teacher: FlaskClient, people: factories.People
) -> None:
    submission_id = classroom.submission_id_of(classroom.hand_in(as_student, room, classroom.RIGHT))
    with app.app_context():
        classroom.judge(submission_id, "IE", score="0")

    refused = factories.post(as_student, f"/submissions/{submission_id}/judgement")
    answer = factories.post(as_teacher, f"/submissions/{submission_id}/judgement")

    assert refused.status_code == 403
    assert answer.status_code == 303
    with app.app_context():
        submission = db.session.get(Submission, submission_id)
        assert (submission.state.value, submission.status) == ("queued", "")
        classroom.judge(submission_id)
        assert str(Progress.get_for(db.session, room.assignment, people.ben).best_score) == "10.00"
    assert "submission:submission:rejudged" in audited(app)


def test_course_where_nobody_judges_says_so_and_keeps_the_answer(room: classroom.Room, as_student: FlaskClient) -> None:
    answer = classroom.hand_in(as_student, room, classroom.RIGHT)

    assert "Programs cannot be judged at the moment. Your answer is kept" in as_student.get(answer.location).text


def test_an_activity_whose_languages_are_missing_here_can_be_read_but_not_handed_in(
    app: Flask, people: factories.People, as_student: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")
    with app.app_context():
        room = classroom.open_room(people, made_of=classroom.content(languages=("c", "java"), starter={}, solutions=()))

    page = as_student.get(room.path)
    answer = as_student.post(
        f"{room.path}/submissions", data={**classroom.form_of(as_student, room.path), "code": "x", "language": "c"}
    )

    assert "This machine cannot run C, Java yet" in page.text
    assert 'id="submit"' not in page.text
    assert answer.status_code == 422


def test_a_language_that_is_missing_here_is_offered_to_nobody_and_told_to_the_staff_alone(
    app: Flask, people: factories.People, as_student: FlaskClient, as_teacher: FlaskClient,
    monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")
    with app.app_context():
        room = classroom.open_room(people, made_of=classroom.content(languages=("python", "java")))

    seen = as_student.get(f"{room.path}?language=java").text
    tried = as_teacher.get(f"{room.path}?language=java").text
    library = as_teacher.get(f"/activities/{room.activity}").text

    assert "Java" not in seen
    for page in (tried, library):
        assert "Java – apt install default-jdk-headless" in page
    for page in (seen, tried):
        assert 'name="language" value="python"' in page
        assert "?language=java" not in page


def test_the_page_says_before_the_hand_in_that_nobody_judges_and_to_the_staff_why(
    app: Flask, room: classroom.Room, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        lacking = {"reason": "AppArmor forbids it.", "fix": "sudo sysctl x=1"}
        factories.add(WorkerState(name="test", seen_at=clock.now(), tier="none", **lacking))

    seen, tried = as_student.get(room.path).text, as_teacher.get(room.path).text

    assert "Programs cannot be judged at the moment" in seen
    assert "sysctl" not in seen
    assert "AppArmor forbids it." in tried
    assert "sudo sysctl x=1" in tried


def test_handing_in_does_not_ask_again_who_is_signed_in(
    app: Flask, room: classroom.Room, as_student: FlaskClient
) -> None:
    classroom.hand_in(as_student, room, classroom.HALF_RIGHT)

    with count_queries(app) as sent:
        classroom.hand_in(as_student, room, classroom.RIGHT)

    again = [one for one in sent if "FROM user \nWHERE user.id = ?" in one]
    assert any("FROM user_session" in one for one in sent)
    assert not again
