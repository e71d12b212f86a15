"""The consoles of a class through the web: who may see which, what the student is told, what is audited."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.orm import selectinload

from etude.core import clock
from etude.extensions import db
from etude.models import AuditEntry, Console, ConsoleLook, Enrolment, WorkerState
from etude.models.course import CourseRole
from etude.web import streams
from etude.worker.consoles import ConsoleKeeper
from tests import classroom, factories
from tests.integration.test_consoles import Screen, open_console, wait_until_recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def run(app: Flask, room: classroom.Room, user_id: int, **values: Any) -> int:
    """Store a program that runs, without one; return the console's id."""
    with app.app_context():
        key = f"key-{user_id}-{len(db.session.query(Console).all())}"
        db.session.rollback()
        values = {"language": "python", "opened_at": clock.now(), **values}
        return int(factories.add(Console(assignment_id=room.assignment, user_id=user_id, key=key, **values)).id)


def send(client: FlaskClient, path: str, **data: str) -> Any:
    return client.post(path, data={"csrf_token": factories.csrf(client), **data})


def member(app: Flask, people: factories.People, role: CourseRole, **values: Any) -> FlaskClient:
    with app.app_context():
        user_id = factories.user("Max").id
        factories.enrolment(people.course, user_id, role, **values)
    return factories.sign_in(app, user_id)


def table(client: FlaskClient, people: factories.People) -> str:
    return client.get(f"/courses/{people.course}/consoles").get_data(as_text=True)


def elsewhere(act: Callable[[], Any]) -> Any:
    """Do something in a thread of its own: a stream that is open keeps its request in the one that reads it."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result(60)


def entries(app: Flask, tag: str) -> list[tuple[int | None, int | None, dict[str, Any]]]:
    """Return who did it to whom, with the details, for each entry of a tag."""
    with app.app_context():
        query = db.session.query(AuditEntry).options(selectinload(AuditEntry.detail))
        rows = query.filter_by(tag=tag).order_by(AuditEntry.id).all()
        return [(row.actor_id, row.target_id, dict(row.detail.document)) for row in rows]


def test_table_shows_the_programs_that_students_run_and_says_so_when_there_is_none(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    empty = table(as_teacher, people)
    own = run(app, room, people.ada)
    console = run(app, room, people.ben)

    shown = table(as_teacher, people)

    assert "No program runs at the moment" in empty
    assert f"/consoles/{console}/look" in shown
    assert f"/consoles/{own}/look" not in shown
    assert all(text in shown for text in ("Ben Student", "Twice", "Python 3", "running"))


def test_table_is_sent_again_when_a_program_begins(
    app: Flask,
    room: classroom.Room,
    as_teacher: FlaskClient,
    people: factories.People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "LOOK_S", 0.05)
    answer = as_teacher.get(f"/events/courses/{people.course}/consoles", buffered=False)
    events = (chunk.decode() for chunk in answer.response if not chunk.startswith(b":"))

    first = next(events)
    console = run(app, room, people.ben)
    second = next(events)
    answer.close()
    app.extensions[streams.HUB].close()

    assert "No program runs" in first
    assert f"/consoles/{console}/look" in second


def test_assistant_of_a_section_reaches_the_consoles_of_that_section_alone(
    app: Flask, room: classroom.Room, people: factories.People
) -> None:
    with app.app_context():
        own, other = factories.section(people.course, "A").id, factories.section(people.course, "B").id
        zoe = factories.user("Zoé", "Abel").id
        factories.enrolment(people.course, zoe, section_id=own)
        with db.session.begin():
            Enrolment.get_for(db.session, people.course, people.ben).section_id = other
    assistant = member(app, people, CourseRole.ASSISTANT, section_id=own)
    bens, zoes = run(app, room, people.ben), run(app, room, zoe)

    shown = table(assistant, people)

    assert f"/consoles/{zoes}/look" in shown
    assert f"/consoles/{bens}/look" not in shown
    assert assistant.get(f"/consoles/{zoes}/look").status_code == 200
    for path in (f"/consoles/{bens}/look", f"/events/consoles/{bens}/look"):
        assert assistant.get(path).status_code == 404
    for path in (f"/consoles/{bens}/hints", f"/consoles/{bens}/look/stop"):
        assert send(assistant, path, text="Hello").status_code == 404


def test_observers_and_students_see_nobodys_console(
    app: Flask, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        other = factories.user().id
        factories.enrolment(people.course, other)
    console = run(app, room, other)

    for client in (member(app, people, CourseRole.OBSERVER), as_student):
        for path in (f"/courses/{people.course}/consoles", f"/consoles/{console}/look"):
            assert client.get(path).status_code == 403
            assert client.get(f"/events{path}").status_code == 403
        for path in (f"/consoles/{console}/hints", f"/consoles/{console}/look/stop"):
            assert send(client, path, text="Hello").status_code == 403
        assert send(client, f"/courses/{people.course}/consoles/stop").status_code == 403


def test_teacher_looks_over_a_shoulder_and_the_student_is_told_for_as_long_as_it_lasts(
    app: Flask,
    room: classroom.Room,
    keeper: ConsoleKeeper,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    people: factories.People,
) -> None:
    place = open_console(as_student, room, ASKS).json
    own = Screen(as_student, place)
    own.read_until(b"Name? ")

    seen, enough = threading.Event(), threading.Event()

    def look() -> Screen:
        screen = Screen(as_teacher, {"events": f"/events/consoles/{place['id']}/look"})
        screen.read_until(b"Name? ")
        seen.set()
        enough.wait(30)
        screen.answer.close()
        return screen

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        told = _told(own, lambda notices: notices.get("watchers") == ["Ada Teacher"])
        seen.wait(30)
        enough.set()
        told_again = _told(own, lambda notices: notices.get("watchers") == [])
        screen = looking.result(30)
    own.answer.close()

    assert told
    assert told_again
    assert screen.state.keys() <= {"state", "window"}
    details = {"console_id": place["id"], "assignment_id": room.assignment}
    (actor, target, began), (ended_actor, ended_target, ended) = (
        *entries(app, "console:look:began"),
        *entries(app, "console:look:ended"),
    )
    assert (actor, target, began.items() >= details.items()) == (people.ada, people.ben, True)
    assert (ended_actor, ended_target, "seconds" in ended) == (people.ada, people.ben, True)


def _told(screen: Screen, is_it: Any) -> bool:
    """Read a student's stream until its page is told something."""
    while not ("notices" in screen.state and is_it(screen.state["notices"])):
        screen.read()
    return True


def test_hint_arrives_in_the_page_stays_when_it_is_loaded_again_and_is_put_away(
    app: Flask,
    room: classroom.Room,
    keeper: ConsoleKeeper,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    people: factories.People,
) -> None:
    place = open_console(as_student, room, ASKS).json
    screen = Screen(as_student, place)

    sent = elsewhere(lambda: send(as_teacher, f"/consoles/{place['id']}/hints", text="Is <b>n</b> a number?"))
    _told(screen, lambda notices: notices.get("hints"))
    screen.answer.close()
    hint = screen.state["notices"]["hints"][0]
    page = as_student.get(room.path).get_data(as_text=True)
    path = f"{room.path}/console-hints/{hint['id']}/dismissal"
    refused = send(as_teacher, path)
    put_away = send(as_student, path)

    assert sent.status_code == 303
    assert (hint["sender"], hint["text"]) == ("Ada Teacher", "Is <b>n</b> a number?")
    assert "Is &lt;b&gt;n&lt;/b&gt; a number?" in page
    assert (refused.status_code, put_away.status_code) == (404, 303)
    assert "a number?" not in as_student.get(room.path).get_data(as_text=True)
    assert entries(app, "console:hint:sent")[0][2]["text"] == "Is <b>n</b> a number?"


def test_hint_is_sent_from_the_page_without_leaving_it(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    console = run(app, room, people.ben)
    headers = {"HX-Request": "true"}
    data = {"csrf_token": factories.csrf(as_teacher)}

    sent = as_teacher.post(f"/consoles/{console}/hints", data={**data, "text": "Look at line 3."}, headers=headers)
    empty = as_teacher.post(f"/consoles/{console}/hints", data={**data, "text": " "}, headers=headers)

    assert "The hint was sent." in sent.get_data(as_text=True)
    assert (empty.status_code, "Type the hint." in empty.get_data(as_text=True)) == (422, True)
    assert not send(as_teacher, f"/consoles/{console}/hints", text=" ").get_data(as_text=True).count("was sent")


def test_student_is_told_who_stopped_the_program_and_why(
    app: Flask,
    room: classroom.Room,
    keeper: ConsoleKeeper,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    people: factories.People,
) -> None:
    place = open_console(as_student, room, "while True: pass").json
    screen = Screen(as_student, place)

    elsewhere(lambda: send(as_teacher, f"/consoles/{place['id']}/look/stop", reason="It never ends."))
    end = screen.read_to_end()

    assert (end["why"], end["message"]) == ("staff", "Ada Teacher stopped your program: It never ends.")
    assert wait_until_recorded(app, place["id"]).ending == "staff"
    ((actor, target, details),) = entries(app, "console:program:stopped")
    assert (actor, target, details["reason"]) == (people.ada, people.ben, "It never ends.")
    assert send(as_teacher, f"/consoles/{place['id']}/look/stop").status_code == 404


def test_all_programs_of_the_class_are_stopped_at_once(
    app: Flask,
    room: classroom.Room,
    keeper: ConsoleKeeper,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    people: factories.People,
) -> None:
    with app.app_context():
        other = factories.user().id
        factories.enrolment(people.course, other)
    places = [open_console(one, room, ASKS).json for one in (as_student, factories.sign_in(app, other))]

    stopped = send(as_teacher, f"/courses/{people.course}/consoles/stop")

    assert stopped.status_code == 303
    assert [wait_until_recorded(app, place["id"]).ending for place in places] == ["staff", "staff"]
    assert {target for _actor, target, _details in entries(app, "console:program:stopped")} == {people.ben, other}


def test_reason_that_is_too_long_stops_nothing(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    console = run(app, room, people.ben)

    for path in (f"/consoles/{console}/look/stop", f"/courses/{people.course}/consoles/stop"):
        send(as_teacher, path, reason="x" * 201)

    assert entries(app, "console:program:stopped") == []
    assert "201" not in table(as_teacher, people)


def test_look_at_a_console_whose_holder_is_gone_is_refused_and_over(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    console = run(app, room, people.ben)

    answer = as_teacher.get(f"/events/consoles/{console}/look")

    assert answer.status_code == 410
    assert app.extensions[streams.HUB].count == 0
    with app.app_context():
        assert ConsoleLook.get_watchers(db.session, console, clock.now()) == []
