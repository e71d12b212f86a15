"""Live consoles through the web: who may open, see and type into one; what is recorded of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from etude.consoles import wire
from etude.core import clock
from etude.extensions import db
from etude.models import Console, DraftVersion, Progress, WorkerState
from etude.web import streams
from etude.worker.consoles import ConsoleKeeper
from tests import classroom, factories

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

ASKS = "print('Hello,', input('Name? '))"


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        factories.add(WorkerState(name="test", seen_at=clock.now(), tier="full", languages={"python": "3"}))
        return classroom.open_room(people)


@pytest.fixture
def keeper(app: Flask) -> Iterator[ConsoleKeeper]:
    """The worker's side: a process that holds the terminals."""
    keeper = ConsoleKeeper(app, app.extensions["etude"])
    keeper.start()
    yield keeper
    keeper.close()
    app.extensions[streams.HUB].close()


def post(client: FlaskClient, path: str, **body: Any) -> Any:
    headers = {"X-CSRFToken": factories.csrf(client), "Accept": "application/json"}
    return client.post(path, json=body, headers=headers)


def open_console(client: FlaskClient, room: classroom.Room, code: str = ASKS, **changes: Any) -> Any:
    body = {"files": {"main.py": code}, "language": "python", "rows": 24, "columns": 80, **changes}
    return post(client, f"{room.path}/consoles", **body)


class Screen:
    """What a page is sent of a console."""

    def __init__(self, client: FlaskClient, place: dict[str, Any], after: int = 0) -> None:
        self.answer = client.get(f"{place['events']}?after={after}", buffered=False)
        self._chunks = iter(self.answer.response)
        self.shown = b""
        self.state: dict[str, Any] = {}

    def read(self) -> None:
        """Take the next news."""
        text = next(self._chunks).decode()
        if not (found := [line[6:] for line in text.splitlines() if line.startswith("data: ")]):
            return
        news = json.loads(found[0])
        if "output" in news:
            self.shown += wire.unpack(news["output"])
        else:
            self.state = news

    def read_until(self, wanted: bytes) -> None:
        while wanted not in self.shown:
            self.read()

    def read_to_end(self) -> dict[str, Any]:
        while self.state.get("state") not in {"ended", "gone"}:
            self.read()
        self.answer.close()
        return self.state


def wait_until_recorded(app: Flask, console_id: int) -> Console:
    for _ in range(1500):
        with app.app_context():
            found = db.session.get(Console, console_id)
            if found.ended_at is not None:
                return found
        classroom.pause()
    raise AssertionError("the end was not recorded")


def test_program_asks_is_answered_and_its_end_is_recorded(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, people: factories.People
) -> None:
    opened = open_console(as_student, room)
    screen = Screen(as_student, opened.json)
    screen.read_until(b"Name? ")
    typed = post(as_student, opened.json["typed"], text="Ben\r")
    end = screen.read_to_end()
    recorded = wait_until_recorded(app, opened.json["id"])

    assert (opened.status_code, typed.status_code) == (201, 200)
    assert screen.shown == b"Name? Ben\r\nHello, Ben\r\n"
    assert (end["why"], end["exit_code"], end["message"]) == ("ended", 0, "")
    assert (recorded.user_id, recorded.ending, recorded.exit_code) == (people.ben, "ended", 0)
    with app.app_context():
        assert [row.reason for row in db.session.query(DraftVersion)] == ["run"]
        assert Progress.get_for(db.session, room.assignment, people.ben) is not None


def test_spaces_and_control_characters_arrive_as_they_were_typed(
    room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient
) -> None:
    place = open_console(as_student, room, "print(repr(input('>')))\nprint('on')\nwhile True: pass").json
    screen = Screen(as_student, place)
    screen.read_until(b">")
    post(as_student, place["typed"], text="  x  \r")
    screen.read_until(b"on\r\n")
    post(as_student, place["typed"], text="\x03")

    end = screen.read_to_end()

    assert b"'  x  '" in screen.shown
    assert end["message"] == "You stopped the program with Ctrl-C."


def test_page_that_is_loaded_again_knows_the_console_and_finds_its_screen(
    room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient
) -> None:
    place = open_console(as_student, room).json
    first = Screen(as_student, place)
    first.read_until(b"Name? ")
    first.answer.close()

    page = as_student.get(room.path).get_data(as_text=True)
    again = Screen(as_student, place)
    again.read_until(b"Name? ")
    stopped = post(as_student, place["stop"])

    assert f'"events": "{place["events"]}"' in page
    assert stopped.status_code == 200
    assert again.read_to_end()["why"] == "stopped"


def test_nobody_else_sees_types_into_or_stops_a_console(
    app: Flask,
    room: classroom.Room,
    keeper: ConsoleKeeper,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    as_outsider: FlaskClient,
    people: factories.People,
) -> None:
    place = open_console(as_student, room).json
    with app.app_context():
        other = factories.user().id
        factories.enrolment(people.course, other)
    classmate = factories.sign_in(app, other)

    for stranger in (as_teacher, as_outsider, classmate):
        assert stranger.get(place["events"]).status_code == 404
        assert post(stranger, place["typed"], text="x").status_code == 404
        assert post(stranger, place["window"], rows=1, columns=1).status_code == 404
        assert post(stranger, place["stop"]).status_code == 404
    assert place["events"] not in as_teacher.get(room.path).get_data(as_text=True)


def test_run_takes_the_place_of_the_last_run(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient
) -> None:
    first = open_console(as_student, room).json

    opened = open_console(as_student, room)

    assert opened.status_code == 201
    assert wait_until_recorded(app, first["id"]).ending == "stopped"


def test_more_consoles_than_one_may_have_are_refused_with_a_sentence(
    app: Flask, keeper: ConsoleKeeper, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        others = [classroom.open_room(people) for _ in range(3)]
    opened = [open_console(as_student, one) for one in others]

    refused = open_console(as_student, room)

    assert [one.status_code for one in opened] == [201] * 3
    assert (refused.status_code, refused.json["code"]) == (429, "TooMany")
    assert refused.json["error"] == "You have 3 programs running already. Stop one of them, then run again."
    with app.app_context():
        assert Console.get_latest(db.session, room.assignment, people.ben) is None


def test_where_no_terminal_can_be_had_nothing_is_opened(
    app: Flask, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    refused = open_console(as_student, room)

    assert (refused.status_code, refused.json["code"]) == (503, "Unavailable")
    with app.app_context():
        assert Console.get_latest(db.session, room.assignment, people.ben) is None


def test_nothing_is_held_before_somebody_runs_a_program_and_the_socket_is_nobody_elses(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient
) -> None:
    before = keeper._process

    opened = open_console(as_student, room)

    assert before is None
    assert opened.status_code == 201
    assert keeper._process.poll() is None
    assert app.extensions["etude"].consoles.stat().st_mode & 0o077 == 0


def test_folder_whose_name_is_too_long_for_a_socket_costs_the_consoles_and_nothing_else(
    app: Flask, tmp_path: Path
) -> None:
    data = tmp_path / ("deep" * 40)
    keeper = ConsoleKeeper(app, replace(app.extensions["etude"], data=data))

    keeper.start()
    keeper.start()
    keeper.close()

    assert not keeper._config.consoles.exists()


def test_socket_goes_with_the_worker(app: Flask, keeper: ConsoleKeeper) -> None:
    another = ConsoleKeeper(app, app.extensions["etude"])
    another.start()

    another.close()

    assert not app.extensions["etude"].consoles.exists()


def test_holder_that_dies_is_started_again_and_the_student_is_told(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etude.worker.consoles.RESTART_EVERY_S", 0)
    place = open_console(as_student, room).json
    screen = Screen(as_student, place)
    screen.read_until(b"Name? ")

    keeper._process.kill()
    keeper._process.wait()
    typed = post(as_student, place["typed"], text="x")

    assert (typed.status_code, typed.json["error"]) == (410, "This console is closed. Run the program again.")
    assert wait_until_recorded(app, place["id"]).ending == "lost"
    assert place["events"] not in as_student.get(room.path).get_data(as_text=True)


@pytest.mark.parametrize("size", [{"rows": 0}, {"columns": 501}, {"rows": "many"}])
def test_window_has_a_sensible_size(room: classroom.Room, as_student: FlaskClient, size: dict[str, Any]) -> None:
    assert open_console(as_student, room, **size).status_code == 422


def test_terminal_is_a_frame_without_an_origin_that_only_the_site_may_show(client: FlaskClient) -> None:
    answer = client.get("/terminal")

    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-scripts;" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "connect-src" not in policy
    assert "Set-Cookie" not in answer.headers
