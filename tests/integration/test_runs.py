from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from etude.core import clock
from etude.extensions import db
from etude.grading import toolchains
from etude.models import DraftVersion, Progress, Run, WorkerState
from tests import classroom, factories

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        factories.add(WorkerState(name="test", seen_at=clock.now(), tier="full", languages={"python": "3"}))
        return classroom.open_room(people)


def ask(client: FlaskClient, room: classroom.Room, code: str, stdin: str = "", **changes: Any) -> Any:
    body = {"files": {"main.py": code}, "language": "python", "stdin": stdin, **changes}
    headers = {"X-CSRFToken": factories.csrf(client), "Accept": "application/json"}
    return client.post(f"{room.path}/runs", json=body, headers=headers)


def wait_for(app: Flask, run_id: int) -> None:
    for _ in range(1500):
        with app.app_context():
            if db.session.get(Run, run_id).ended_at is not None:
                return
        classroom.pause()
    raise AssertionError("the run did not end")


def test_program_runs_with_typed_input_and_the_page_learns_what_it_printed(
    app: Flask, room: classroom.Room, as_student: FlaskClient
) -> None:
    asked = ask(as_student, room, "print('Hello,', input())", "Ben\n")
    waiting = as_student.get(asked.json["url"])
    with classroom.running_worker(app):
        wait_for(app, asked.json["id"])
    done = as_student.get(asked.json["url"])
    again = as_student.get(asked.json["url"], headers={"If-None-Match": done.headers["ETag"]})

    assert asked.status_code == 202
    assert waiting.json["state"] == "queued"
    assert (done.json["state"], done.json["stdout"], done.json["exit_code"]) == ("done", "Hello, Ben\n", 0)
    assert again.status_code == 304
    with app.app_context():
        assert [row.reason for row in db.session.query(DraftVersion)] == ["run"]


def test_a_teacher_who_tries_runs_a_program_and_no_progress_is_begun(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    asked = ask(as_teacher, room, "print('Hello')")
    with classroom.running_worker(app):
        wait_for(app, asked.json["id"])

    assert as_teacher.get(asked.json["url"]).json["stdout"] == "Hello\n"
    with app.app_context():
        assert Progress.get_for(db.session, room.assignment, people.ada) is None


def test_program_that_does_not_compile_names_the_line(
    app: Flask, room: classroom.Room, as_student: FlaskClient
) -> None:
    asked = ask(as_student, room, "x = 1\nprint(\n")
    with classroom.running_worker(app):
        wait_for(app, asked.json["id"])

    result = as_student.get(asked.json["url"]).json

    assert result["compile"]["ok"] is False
    assert result["compile"]["lines"][0]["line"] == 2


def test_runs_of_others_are_not_found(
    app: Flask, room: classroom.Room, as_student: FlaskClient, as_teacher: FlaskClient, as_outsider: FlaskClient
) -> None:
    url = ask(as_student, room, "print(1)").json["url"]

    assert as_teacher.get(url).status_code == 404
    assert as_outsider.get(url).status_code == 404


def test_third_run_at_once_is_told_to_wait(room: classroom.Room, as_student: FlaskClient) -> None:
    answers = [ask(as_student, room, f"print({number})") for number in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert "still running" in answers[2].json["error"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stdin": "x" * (65 << 10)}, "longer than 64 KB"),
        ({"stdin": "a\x00"}, "cannot be stored"),
        ({"language": "cobol"}, "does not take this language"),
        ({"files": {"main.py": "\ud800"}}, "cannot be stored"),
    ],
)
def test_bad_run_is_refused_with_a_sentence(
    room: classroom.Room, as_student: FlaskClient, changes: dict[str, Any], sentence: str
) -> None:
    answer = ask(as_student, room, "print(1)", **changes)

    assert answer.status_code == 422
    assert sentence in answer.json["error"]


def test_run_says_why_when_nobody_can_run_it(app: Flask, people: factories.People, as_student: FlaskClient) -> None:
    with app.app_context():
        room = classroom.open_room(people)

    answer = ask(as_student, room, "print(1)")

    assert answer.status_code == 503
    assert "cannot be judged at the moment" in answer.json["error"]


@pytest.mark.parametrize(("who", "told"), [("as_student", "cannot run C yet"), ("as_teacher", "apt install gcc")])
def test_a_language_whose_compiler_went_away_is_not_run_and_the_staff_are_told_what_brings_it(
    room: classroom.Room, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, who: str, told: str
) -> None:
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")

    answer = ask(request.getfixturevalue(who), room, "int main(void) {}", language="c")

    assert answer.status_code == 503
    assert told in answer.json["error"]
    assert ("apt" in answer.json["error"]) == (who == "as_teacher")
