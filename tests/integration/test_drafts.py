from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from etude.extensions import db
from etude.models import Draft, DraftVersion, Progress, UserSession
from tests import classroom, factories

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time


@pytest.fixture
def room(time: Time, app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


def save(client: FlaskClient, room: classroom.Room, code: str, base_version: int, /, **changes: Any) -> Any:
    body = {"files": {"main.py": code}, "language": "python", "base_version": base_version, **changes}
    headers = {"X-CSRFToken": factories.csrf(client), "Accept": "application/json"}
    return client.post(f"{room.path}/draft", json=body, headers=headers)


def test_draft_is_saved_and_found_on_another_machine(
    app: Flask, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    answer = save(as_student, room, "print('typed')", 0)

    assert (answer.status_code, answer.json["version"]) == (200, 1)
    other_machine = factories.sign_in(app, people.ben)
    page = other_machine.get(room.path).text
    assert "print(&#39;typed&#39;)" in page
    with app.app_context():
        assert Progress.get_for(db.session, room.assignment, people.ben).state.value == "started"


def test_stale_save_is_told_what_stands_and_both_texts_are_kept(
    app: Flask, room: classroom.Room, as_student: FlaskClient
) -> None:
    save(as_student, room, "first", 0)
    save(as_student, room, "from the library", 1)

    answer = save(as_student, room, "from home", 1)

    assert answer.status_code == 409
    assert answer.json["files"] == {"main.py": "from the library"}
    assert answer.json["version"] == 2
    with app.app_context():
        kept = [row.files["main.py"] for row in db.session.query(DraftVersion).order_by(DraftVersion.version)]
    assert {"from the library", "from home"} <= set(kept)


def test_same_text_sent_again_is_no_conflict(room: classroom.Room, as_student: FlaskClient) -> None:
    save(as_student, room, "first", 0)

    again = save(as_student, room, "first", 0)

    assert (again.status_code, again.json["version"]) == (200, 1)


def test_typing_within_half_a_minute_is_one_state_of_the_history(
    app: Flask, room: classroom.Room, as_student: FlaskClient, time: Time
) -> None:
    for version, seconds in enumerate((0, 10, 15, 10)):
        time.forward(seconds=seconds)
        save(as_student, room, f"text {version}", version)

    with app.app_context():
        kept = [row.files["main.py"] for row in db.session.query(DraftVersion).order_by(DraftVersion.version)]
    assert kept == ["text 2", "text 3"]


def test_session_that_ended_while_typing_is_told_in_json(
    app: Flask, room: classroom.Room, as_student: FlaskClient, time: Time
) -> None:
    token = factories.csrf(as_student)
    with app.app_context(), db.session.begin():
        for row in db.session.query(UserSession):
            row.ended_at = time.at

    answer = as_student.post(
        f"{room.path}/draft",
        json={"files": {"main.py": "x"}, "language": "python", "base_version": 0},
        headers={"X-CSRFToken": token, "Accept": "application/json"},
    )

    assert answer.status_code == 401
    assert answer.json["code"] == "NotSignedIn"
    assert answer.json["error"] == "You are signed out. Sign in to go on."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"files": {"main.py": "a\x00b"}}, "cannot be stored"),
        ({"files": {"main.py": "a\ud800b"}}, "cannot be stored"),
        ({"files": {"main\x00.py": "a"}}, "cannot be stored"),
        ({"files": {"main.py": "x" * (257 << 10)}}, "longer than 256 KB"),
        ({"files": {f"{n}.py": "x" * (200 << 10) for n in range(6)}}, "longer than 1 MB"),
        ({"files": {}}, "not a set of files"),
        ({"files": ["main.py"]}, "not a set of files"),
        ({"files": {"main.py": 3}}, "not a set of files"),
        ({"base_version": "one"}, "a whole number"),
        ({"base_version": -1}, "from 0 to"),
    ],
    ids=["NUL", "surrogate", "NUL in a name", "long", "long together", "none", "list", "number", "word", "negative"],
)
def test_bad_draft_is_refused_with_a_sentence(
    app: Flask, room: classroom.Room, as_student: FlaskClient, changes: dict[str, Any], sentence: str
) -> None:
    answer = save(as_student, room, "fine", 0, **changes)

    assert answer.status_code == 422
    assert sentence in answer.json["error"]
    with app.app_context():
        assert db.session.query(Draft).count() == 0


def test_handed_in_program_does_not_make_the_editor_stale(
    app: Flask, room: classroom.Room, as_student: FlaskClient, time: Time
) -> None:
    save(as_student, room, "typed", 0)
    time.forward(seconds=5)
    classroom.hand_in(as_student, room, classroom.RIGHT)
    page = as_student.get(room.path).text

    time.forward(seconds=5)
    answer = save(as_student, room, "typed on", 1)

    assert "print(2 * int(input()))" in page
    assert answer.status_code == 200
    with app.app_context():
        reasons = [row.reason for row in db.session.query(DraftVersion).order_by(DraftVersion.version)]
    assert reasons == ["typing", "submit", "typing"]


def test_earlier_state_is_taken_back_and_the_newer_one_stays_in_the_history(
    app: Flask, room: classroom.Room, as_student: FlaskClient, time: Time
) -> None:
    save(as_student, room, "good\n", 0)
    time.forward(minutes=1)
    save(as_student, room, "spoilt\n", 1)
    time.forward(minutes=1)

    history = as_student.get(f"{room.path}/work?version=2").text
    answer = factories.post(as_student, f"{room.path}/draft/restored", {"version": "1"})

    assert "Removed" in history
    assert answer.status_code == 303
    assert "good\n</textarea>" in as_student.get(answer.location).text
    assert "spoilt" in as_student.get(f"{room.path}/work?version=2").text
    assert factories.post(as_student, f"{room.path}/draft/restored", {"version": "99"}).status_code == 404


def test_text_of_another_language_comes_back_with_the_language(
    room: classroom.Room, as_student: FlaskClient, time: Time
) -> None:
    save(as_student, room, "print('in python')", 0)
    time.forward(minutes=1)
    save(as_student, room, "", 1, files={"main.c": "/* in c */"}, language="c")

    assert "/* in c */" in as_student.get(room.path).text
    assert "in python" in as_student.get(f"{room.path}?language=python").text


def test_teacher_reads_how_a_students_work_grew_and_others_do_not(
    room: classroom.Room,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    as_outsider: FlaskClient,
    people: factories.People,
    time: Time,
) -> None:
    save(as_student, room, "one\n", 0)
    time.forward(minutes=1)
    save(as_student, room, "one\ntwo\n", 1)
    path = f"{room.path}/students/{people.ben}"

    page = as_teacher.get(f"{path}?version=2").text

    assert "Ben Student" in page
    assert "Added" in page
    assert "Take this version back" not in page
    assert as_student.get(path).status_code == 403
    assert as_outsider.get(path).status_code == 404
    assert as_teacher.get(f"{room.path}/students/{people.cy}").status_code == 404
    assert as_teacher.get(f"{path}?version=77").status_code == 404
