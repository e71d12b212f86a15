"""A console that is shown to the class, through the web: who is shown it, who may pace and end it, what is recorded."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from etude.consoles import wire
from etude.core import clock
from etude.extensions import db
from etude.features.demos import services
from etude.models import Console, ConsoleDemo, Enrolment
from etude.models.course import CourseRole
from etude.web import streams
from tests import factories
from tests.installation import wait_for
from tests.integration.test_class_consoles import elsewhere, entries, member
from tests.integration.test_console_sockets import ask_for_socket, ticket_for
from tests.integration.test_consoles import Screen, keeper, open_console, post, room

if TYPE_CHECKING:
    import pytest
    from flask import Flask
    from flask.testing import FlaskClient

    from etude.web.hub import EventHub
    from etude.worker.consoles import ConsoleKeeper
    from tests import classroom

__all__ = ["keeper", "room"]
COUNTS = "for number in (1, 2, 3): print('line', number)"
ASKS = "print('Hello,', input('Name? '))"
FOLLOWER_PATHS = ("/demos/{id}", "/demos/{id}/program", "/demos/{id}/screen?after=0", "/events/demos/{id}")
PRESENTER_PATHS = ("/demos/{id}/pace", "/demos/{id}/step", "/demos/{id}/presence", "/demos/{id}/end")


def begin(client: FlaskClient, room: classroom.Room) -> Any:
    return post(client, f"{room.path}/demo")


def number_of(place: dict[str, str]) -> int:
    return int(place["page"].split("/")[-1])


def store(app: Flask, room: classroom.Room, people: factories.People, **values: Any) -> int:
    """Store a demonstration of Ada's, without a program; return its id."""
    with app.app_context():
        values = {"by_id": people.ada, "began_at": clock.now(), "key": f"key-{room.assignment}", **values}
        demo = factories.add(ConsoleDemo(course_id=people.course, assignment_id=room.assignment, **values))
        return int(demo.id)


def told(client: FlaskClient, people: factories.People) -> Any:
    return client.get(f"/courses/{people.course}/demo").json["demo"]


def screen_of(client: FlaskClient, demo_id: int, wanted: str = "") -> dict[str, Any]:
    """Ask for the whole screen until the state is the wanted one."""
    found: dict[str, Any] = {}

    def is_there() -> bool:
        found.update(client.get(f"/demos/{demo_id}/screen?after=0").json)
        return not wanted or found["state"] == wanted

    wait_for(is_there, wanted)
    return found


def test_class_is_told_follows_sees_the_program_and_is_told_of_the_end(
    app: Flask,
    room: classroom.Room,
    keeper: ConsoleKeeper,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    people: factories.People,
) -> None:
    before = told(as_student, people)
    place = begin(as_teacher, room).json
    demo_id = number_of(place)
    console = open_console(as_teacher, room, COUNTS).json

    shown = told(as_student, people)
    screen = screen_of(as_student, demo_id, "done")
    page = as_student.get(shown["url"]).get_data(as_text=True)
    ended = post(as_teacher, place["end"])

    assert (before, told(as_teacher, people)) == (None, None)
    assert shown["sentence"] == "Ada Teacher shows a program to the class."
    assert wire.unpack(screen["output"]) == b"line 1\r\nline 2\r\nline 3\r\n"
    assert "<li>for number in (1, 2, 3): print(&#39;line&#39;, number)</li>" in page
    assert ended.status_code == 200
    assert told(as_student, people) is None
    assert as_student.get(f"/demos/{demo_id}/screen").json == {"state": "ended"}
    assert post(as_student, f"/demos/{demo_id}/tickets").status_code == 410
    assert "is over" in as_student.get(shown["url"]).get_data(as_text=True)
    with app.app_context():
        assert db.session.get_one(Console, console["id"]).demo_id == demo_id
    ((actor, target, began),) = entries(app, "console:demo:began")
    ((ended_by, _target, details),) = entries(app, "console:demo:ended")
    assert (actor, target, ended_by) == (people.ada, room.assignment, people.ada)
    assert details.items() >= {"ending": "ended", "followers": 0, "seconds": details["seconds"]}.items()
    assert "section_id" not in began


def test_program_that_runs_already_is_shown_from_its_beginning(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    console = open_console(as_teacher, room, ASKS).json
    own = Screen(as_teacher, console)
    own.read_until(b"Name? ")
    own.answer.close()

    demo_id = number_of(begin(as_teacher, room).json)
    late = Screen(as_student, {"events": f"/events/demos/{demo_id}"})
    late.read_until(b"Name? ")
    elsewhere(lambda: post(as_teacher, console["typed"], text="Zoé\r"))
    late.read_until("Hello, Zoé\r\n".encode())
    late.answer.close()

    assert "input(" in as_student.get(f"/demos/{demo_id}/program").get_data(as_text=True)
    with app.app_context():
        assert db.session.get_one(Console, console["id"]).demo_id == demo_id


def test_pace_and_next_hold_for_whoever_shows_and_for_the_class(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    place = begin(as_teacher, room).json
    paced = post(as_teacher, place["pace"], pace="step").json
    console = open_console(as_teacher, room, COUNTS).json
    demo_id = number_of(place)

    post(as_teacher, place["step"])
    own = Screen(as_teacher, console)
    own.read_until(b"line 1\r\n")
    own.answer.close()
    first = screen_of(as_student, demo_id)
    for _ in range(2):
        post(as_teacher, place["step"])
        wait_for(lambda: wire.unpack(screen_of(as_student, demo_id)["output"]).endswith(b"\n"), "a line")
    post(as_teacher, place["pace"], pace="live")

    assert paced["notices"]["pace"] == "step"
    assert own.shown == wire.unpack(first["output"]) == b"line 1\r\n"
    assert screen_of(as_student, demo_id, "done")["output"] == wire.pack(b"line 1\r\nline 2\r\nline 3\r\n")
    assert post(as_teacher, place["pace"], pace="never").status_code == 422


def test_student_follows_by_web_socket_and_whoever_shows_sees_how_many_do(
    room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    place = begin(as_teacher, room).json
    demo_id = number_of(place)
    open_console(as_teacher, room, COUNTS)
    sockets = {"ticket": f"/demos/{demo_id}/tickets", "socket": f"/demos/{demo_id}/socket"}
    with ExitStack() as opened:
        browser, answer = ask_for_socket(opened, as_student, sockets, ticket_for(as_student, sockets))
        browser.read_until(b"line 3\r\n")
        present = post(as_teacher, place["presence"]).json
        post(as_teacher, place["end"])
        browser.read_to_end()

    assert (answer.status_code, present["followers"]) == (101, 1)
    assert (browser.state, browser.close_code) == ("ended", 1000)


def test_strangers_and_other_sections_are_shown_nothing(
    app: Flask, room: classroom.Room, as_student: FlaskClient, as_outsider: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        own, other = factories.section(people.course, "A").id, factories.section(people.course, "B").id
        zoe = factories.user("Zoé", "Abel").id
        factories.enrolment(people.course, zoe, section_id=own)
        with db.session.begin():
            Enrolment.get_for(db.session, people.course, people.ben).section_id = other
    demo_id = store(app, room, people, section_id=own)
    mate, nobody = factories.sign_in(app, zoe), app.test_client()

    assert told(as_student, people) is None
    assert told(mate, people)["id"] == demo_id
    assert mate.get(f"/demos/{demo_id}").status_code == 200
    for path in FOLLOWER_PATHS:
        address = path.format(id=demo_id)
        assert [one.get(address).status_code for one in (as_student, as_outsider)] == [404, 404], path
        assert nobody.get(address).status_code in (302, 401), path
    for client, status in ((as_student, 404), (as_outsider, 404)):
        assert post(client, f"/demos/{demo_id}/tickets").status_code == status
        assert client.get(f"/demos/{demo_id}/socket").status_code in (400, 404)
    assert as_outsider.get(f"/courses/{people.course}/demo").status_code == 404


def test_nobody_but_who_shows_sets_the_pace_and_students_and_observers_show_nothing(
    app: Flask, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    demo_id = store(app, room, people)
    assistant = member(app, people, CourseRole.ASSISTANT)

    for path in PRESENTER_PATHS:
        address = path.format(id=demo_id)
        assert post(as_student, address).status_code == 403
        assert post(member(app, people, CourseRole.OBSERVER), address).status_code == 403
        if not path.endswith("end"):
            assert post(assistant, address, pace="live").status_code == 404
    assert begin(as_student, room).status_code == 403


def test_one_at_a_time_in_a_course_and_a_colleague_may_end_it(
    app: Flask, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    demo_id = store(app, room, people)
    assistant = member(app, people, CourseRole.ASSISTANT)

    refused = begin(assistant, room)
    ended = post(assistant, f"/demos/{demo_id}/end")

    assert refused.status_code == 409
    assert refused.json["error"].startswith("Ada Teacher shows a program to this course already.")
    assert ended.status_code == 200
    assert entries(app, "console:demo:ended")[0][0] not in (None, people.ada)


def test_assistant_of_a_section_shows_to_that_section_and_ends_no_other(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, people: factories.People
) -> None:
    with app.app_context():
        own = factories.section(people.course, "A").id
    assistant = member(app, people, CourseRole.ASSISTANT, section_id=own)
    place = begin(assistant, room).json

    with app.app_context():
        demo = db.session.get_one(ConsoleDemo, number_of(place))
        assert demo.section_id == own
    post(assistant, place["end"])
    whole = store(app, room, people)

    assert post(assistant, f"/demos/{whole}/end").status_code == 404


def test_showing_ends_with_the_process_that_holds_the_terminals(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, as_teacher: FlaskClient,
    people: factories.People,
) -> None:  # fmt: skip
    begin(as_teacher, room)

    keeper._process.kill()
    wait_for(lambda: told(as_student, people) is None, "the end")

    ((actor, _target, details),) = entries(app, "console:demo:ended")
    assert (actor, details["ending"]) == (people.ada, "lost")


def test_what_ended_by_itself_is_recorded_once_with_how_many_looked_on(
    app: Flask, room: classroom.Room, people: factories.People
) -> None:
    store(app, room, people, key="known")

    with app.app_context():
        for key in ("unknown", "known", "known"):
            services.end_by_key(key, "left", most_followers=31, at=clock.now())

    ((actor, _target, details),) = entries(app, "console:demo:ended")
    assert (actor, details["ending"], details["followers"]) == (people.ada, "left", 31)


def test_without_a_holder_nothing_is_begun_and_the_class_is_told_nothing(
    app: Flask, room: classroom.Room, as_student: FlaskClient, as_teacher: FlaskClient, people: factories.People
) -> None:
    answer = begin(as_teacher, room)

    assert answer.status_code == 503
    assert told(as_student, people) is None


def test_where_all_streams_are_taken_the_page_is_told_to_ask_now_and_then(
    app: Flask,
    room: classroom.Room,
    keeper: ConsoleKeeper,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    demo_id = number_of(begin(as_teacher, room).json)
    open_console(as_teacher, room, COUNTS)
    hub: EventHub = app.extensions[streams.HUB]
    monkeypatch.setattr(hub, "_max_streams", 0)

    refused = as_student.get(f"/events/demos/{demo_id}")
    asked = screen_of(as_student, demo_id, "done")
    again = as_student.get(f"/demos/{demo_id}/screen?after={asked['place']}").json

    assert refused.status_code == 503
    assert b"line 3" in wire.unpack(asked["output"])
    assert "output" not in again
