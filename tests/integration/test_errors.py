"""Every class of error is one clear page, in the reader's language, or JSON for those who ask for it."""

from __future__ import annotations

import http.client
import logging
import re
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from etude.app import MAX_BODY_BYTES, create_app
from etude.core import errors
from etude.core import logging as etude_logging
from etude.core.caching import memory
from etude.extensions import db
from etude.models import Base, School
from etude.permissions import public
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config

SECRET_PLACE = "/home/admin/etude/data/etude.db"


def _raise(make: Callable[[], Exception]) -> Callable[[], str]:
    @public
    def view() -> str:
        raise make()

    return view


def _http(status: int) -> HTTPException:
    error = HTTPException(f"{SECRET_PLACE} on teacher-laptop")
    error.code = status
    return error


FAILING: dict[str, tuple[int, Callable[[], Exception]]] = {
    "bad": (400, lambda: _http(400)),
    "refused-plain": (400, errors.EtudeError),
    "not-allowed": (403, errors.NotAllowed),
    "not-found": (404, errors.NotFound),
    "conflict": (409, errors.Conflict),
    "gone": (410, errors.Gone),
    "too-large": (413, errors.TooLarge),
    "refused": (422, lambda: errors.Refused("This activity is closed.")),
    "too-many": (429, errors.TooMany),
    "teapot": (418, lambda: _http(418)),
    "fault": (500, lambda: RuntimeError(f"cannot open {SECRET_PLACE} on teacher-laptop")),
    "abort": (500, lambda: _http(500)),
    "gateway": (502, lambda: _http(502)),
    "unavailable": (503, errors.Unavailable),
    "disk": (503, lambda: OSError(28, "No space left on device", SECRET_PLACE)),
    "database": (503, lambda: OperationalError("SELECT 1", {}, Exception(f"unable to open {SECRET_PLACE}"))),
    "database-full": (503, lambda: OperationalError("INSERT", {}, Exception("database or disk is full"))),
}


@pytest.fixture
def served(config: Config) -> Iterator[Flask]:
    """The application as it runs in a school, with a view for each error: unexpected ones do not propagate."""
    app = create_app(replace(config, testing=False))
    for name, (_status, make) in FAILING.items():
        app.add_url_rule(f"/fail/{name}", name, _raise(make), methods=["GET", "POST"])
    memory.clear()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with db.session.begin():
            db.session.add(School(id=1, name="École de test", locale="en", zone="America/Toronto", contact="Ada"))
    yield app
    with app.app_context():
        db.engine.dispose()
    memory.clear()


@pytest.fixture
def browser(served: Flask) -> FlaskClient:
    return served.test_client()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("name", "status"), [(name, status) for name, (status, _make) in FAILING.items()])
def test_every_class_of_error_is_one_page_in_the_readers_language(
    browser: FlaskClient, name: str, status: int, language: str
) -> None:
    answer = browser.get(f"/fail/{name}?lang={language}")

    assert answer.status_code == status
    assert f'<html lang="{language}"' in answer.text
    assert answer.text.count("<h1") == 1
    assert {"fr": f"Erreur {status}", "en": f"Error {status}"}[language] in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", FAILING)
def test_no_error_shows_a_traceback_or_the_machine(browser: FlaskClient, name: str) -> None:
    for headers in ({}, {"Accept": "application/json"}):
        text = browser.get(f"/fail/{name}", headers=headers).text

        assert "Traceback" not in text
        assert SECRET_PLACE not in text
        assert "teacher-laptop" not in text
        assert socket.gethostname() not in text


@pytest.mark.parametrize(("name", "status"), [(name, status) for name, (status, _make) in FAILING.items()])
def test_json_is_given_to_those_who_ask(browser: FlaskClient, name: str, status: int) -> None:
    answer = browser.get(f"/fail/{name}", headers={"Accept": "application/json"})

    assert answer.status_code == status
    assert set(answer.json) == {"error", "code", "request_id"}
    assert " " in answer.json["error"]
    assert " " not in answer.json["code"]
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_the_sentence_of_a_refusal_is_shown_as_it_is(browser: FlaskClient) -> None:
    assert "This activity is closed." in browser.get("/fail/refused").text


def test_the_number_of_an_unexpected_error_is_found_in_the_log(browser: FlaskClient, tmp_path: Path) -> None:
    handlers = list(logging.getLogger().handlers)
    etude_logging.configure(folder=tmp_path)
    try:
        page = browser.get("/fail/fault").text
    finally:
        logged = (tmp_path / "etude.log").read_text(encoding="utf-8")
        for handler in logging.getLogger().handlers:
            handler.close()
        logging.getLogger().handlers[:] = handlers

    number = re.search(r"<code translate=\"no\">(\w+)</code>", page)[1]
    line = next(line for line in logged.splitlines() if number in line and "unexpected_error" in line)
    assert "RuntimeError" in line
    assert "Traceback" in line


def test_a_refusal_carries_no_number_to_quote(browser: FlaskClient) -> None:
    assert "quote this number" not in browser.get("/fail/not-found").text


def test_a_fault_of_ours_trusts_no_session(served: Flask) -> None:
    with served.app_context():
        ada = factories.user("Ada", "Lovelace")

    page = factories.sign_in(served, ada.id).get("/fail/fault").text

    assert "Lovelace" not in page


def test_an_address_that_does_not_exist_is_not_found(browser: FlaskClient) -> None:
    assert browser.get("/no/such/page").status_code == 404


def test_an_address_used_in_the_wrong_way_says_so(browser: FlaskClient) -> None:
    answer = browser.delete("/help")

    assert answer.status_code == 405
    assert "cannot be used like that" in answer.text


def test_an_unexpected_error_is_not_hidden_from_the_tests(app: Flask) -> None:
    app.add_url_rule("/fail", "fail", _raise(lambda: RuntimeError("seen")))

    with pytest.raises(RuntimeError, match="seen"):
        app.test_client().get("/fail")


def test_a_form_that_is_too_old_is_refused_in_words(served: Flask) -> None:
    with served.app_context():
        ben = factories.user("Ben", "Student")
    browser = factories.sign_in(served, ben.id)

    answer = browser.post("/auth/sign-out", data={"csrf_token": "stale"})

    assert answer.status_code == 400
    assert "This form is too old" in answer.text


def test_who_was_signed_out_while_typing_is_told_so(browser: FlaskClient) -> None:
    page = browser.post("/courses/new", data={"code": "ICS3U"})
    document = browser.post("/assignments/1/draft", json={})

    assert page.status_code == document.status_code == 401
    assert "You are signed out" in page.text
    assert document.json["code"] == "NotSignedIn"


def test_who_opens_a_page_signed_out_comes_back_to_it_after_signing_in(browser: FlaskClient) -> None:
    answer = browser.get("/courses?page=2")

    assert answer.status_code == 302
    assert answer.location == "/auth/sign-in?next=/courses?page%3D2"


def test_with_the_database_gone_there_is_still_a_page(served: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with served.app_context():
        ben = factories.user("Ben", "Student")
    browser = factories.sign_in(served, ben.id)
    memory.clear()

    def fail(*_args: object, **_values: object) -> None:
        raise OperationalError("SELECT", {}, Exception("unable to open database file"))

    monkeypatch.setattr("sqlalchemy.orm.Session.execute", fail)
    monkeypatch.setattr("sqlalchemy.orm.Session.scalar", fail)
    monkeypatch.setattr("sqlalchemy.orm.Session.get", fail)
    answer = browser.get("/courses", headers={"Accept-Language": "fr"})

    assert answer.status_code == 503
    assert '<html lang="fr">' in answer.text
    assert "Erreur 503" in answer.text


@pytest.fixture
def address(served: Flask) -> Iterator[tuple[str, int]]:
    """Where a real server answers, on this machine."""
    server = make_server("127.0.0.1", 0, served, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield "127.0.0.1", server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_body_that_is_too_large_is_read_away_so_that_the_sentence_arrives(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=60)
    chunk = b"x" * (1 << 20)
    count = (MAX_BODY_BYTES >> 20) + 5

    connection.putrequest("POST", "/auth/sign-in")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", str(count << 20))
    connection.endheaders()
    for _number in range(count):
        connection.send(chunk)  # a server that answered early and hung up would break this
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()

    assert answer.status == 413
    assert "This is too large to be sent." in text
