"""A console by WebSocket, through the web: who may open one, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests import factories
from tests.integration.test_consoles import keeper, open_console, post, room
from tests.web_sockets import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.worker.consoles import ConsoleKeeper
    from tests import classroom

Opens = Callable[..., tuple[Browser, Any]]
__all__ = ["keeper", "room"]
FOREIGN = "https://elsewhere.example"


def ticket_for(client: FlaskClient, place: dict[str, Any]) -> str:
    text: str = post(client, place["ticket"]).json["ticket"]
    return text


@pytest.fixture
def open_socket() -> Iterator[Opens]:
    """Have a browser ask for a WebSocket; what the site itself answers, and the browser."""
    with ExitStack() as opened:
        yield partial(ask_for_socket, opened)


def ask_for_socket(
    opened: ExitStack, client: FlaskClient, place: dict[str, Any], ticket: str, **changes: Any
) -> tuple[Browser, Any]:
    browser = opened.enter_context(closing(Browser()))
    names = f"etude.console, ticket.{ticket}"
    headers = {**browser.headers, "Host": "localhost", "Origin": "http://localhost", "Sec-WebSocket-Protocol": names}
    environ = {"gunicorn.socket": browser.theirs, **changes.pop("environ", {})}
    path = urlsplit(place["socket"]).path
    answer = client.get(path, headers={**headers, **changes}, environ_overrides=environ)
    answer.close()
    return browser, answer


def test_program_is_followed_and_typed_into_and_the_server_keeps_no_end_of_the_connection(
    room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, open_socket: Opens
) -> None:
    place = open_console(as_student, room, "print('Hello,', input('Name? '))\nprint(1 / 0)").json
    browser, answer = open_socket(as_student, place, ticket_for(as_student, place))
    with pytest.raises(BrokenPipeError):
        browser.theirs.sendall(b"what the server writes behind the handshake")
    browser.read_until(b"Name? ")
    browser.send(typed="Zoé\r")
    browser.read_to_end()

    end = as_student.get(place["now"]).json

    assert answer.status_code == 101
    assert "Hello, Zoé\r\n".encode() in browser.shown
    assert b"behind the handshake" not in browser.shown
    assert (browser.state, browser.close_code) == ("ended", 1000)
    assert (end["state"], end["line"]) == ("ended", 2)
    assert "The program divides by zero." in end["message"]


def test_console_is_opened_only_by_its_owner_from_our_own_page_with_a_fresh_ticket_of_its_own(
    app: Flask,
    room: classroom.Room,
    keeper: ConsoleKeeper,
    as_student: FlaskClient,
    as_teacher: FlaskClient,
    people: factories.People,
    open_socket: Opens,
) -> None:
    place = open_console(as_student, room).json
    with app.app_context():
        other = factories.user().id
        factories.enrolment(people.course, other)
    thief = factories.sign_in(app, other)
    own_place = open_console(thief, room).json

    answers = {
        "another's console": open_socket(thief, place, ticket_for(as_student, place))[1],
        "another's ticket": open_socket(thief, own_place, ticket_for(as_student, place))[1],
        "no ticket": open_socket(as_student, place, "")[1],
        "another page": open_socket(as_student, place, ticket_for(as_student, place), Origin=FOREIGN)[1],
        "no page": open_socket(as_student, place, ticket_for(as_student, place), Origin="")[1],
    }
    used = ticket_for(as_student, place)
    first = open_socket(as_student, place, used)[1]
    again = open_socket(as_student, place, used)[1]

    assert {name: one.status_code for name, one in answers.items()} == {
        "another's console": 404, "another's ticket": 404, "no ticket": 404, "another page": 403, "no page": 403,
    }  # fmt: skip
    assert (first.status_code, again.status_code) == (101, 404)
    for stranger in (thief, as_teacher):
        assert post(stranger, place["ticket"]).status_code == 404
        assert stranger.get(place["now"]).status_code == 404


def test_where_the_server_lends_no_connection_the_page_is_told_to_follow_the_stream(
    room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, open_socket: Opens
) -> None:
    place = open_console(as_student, room).json

    _, answer = open_socket(as_student, place, ticket_for(as_student, place), environ={"gunicorn.socket": None})

    assert answer.status_code == 501


def test_ticket_stands_in_no_address_and_in_no_log(
    room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, open_socket: Opens, capfd: Any
) -> None:
    place = open_console(as_student, room).json
    ticket = ticket_for(as_student, place)

    open_socket(as_student, place, ticket)
    open_socket(as_student, place, ticket)

    assert urlsplit(place["socket"]).path.endswith("/socket")
    told = capfd.readouterr()
    assert ticket not in told.out + told.err
