from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import NotFound

from etude.web import errors

if TYPE_CHECKING:
    from flask import Flask
    from flask.ctx import RequestContext


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, False),
        ({"Accept": "application/json"}, True),
        ({"Accept": "application/json, text/html;q=0.5"}, True),
        ({"Content-Type": "application/json"}, True),
    ],
)
def test_json_is_given_to_those_who_ask_for_it(app: Flask, headers: dict[str, str], expected: bool) -> None:
    with app.test_request_context("/", headers=headers):
        assert errors.wants_json() is expected


class _Endless:
    """A connection that is kept open: reading beyond what was sent would wait for ever."""

    def __init__(self, length: int) -> None:
        self.left = length

    def read(self, size: int = -1) -> bytes:
        assert self.left > 0, "the drain read beyond the end of the body"
        taken = min(size, self.left)
        self.left -= taken
        return b"x" * taken


def _posting(app: Flask, body: object, **environ: object) -> RequestContext:
    return app.test_request_context("/", method="POST", environ_overrides={"wsgi.input": body, **environ})


def test_a_body_is_drained_to_its_end_and_not_beyond(app: Flask) -> None:
    body = _Endless(300_000)

    with _posting(app, body, CONTENT_LENGTH="300000"):
        errors._drain()

    assert body.left == 0


def test_a_body_without_end_is_drained_to_a_cap(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "DRAIN_BYTES", 100_000)
    body = _Endless(1 << 40)

    with _posting(app, body, **{"wsgi.input_terminated": True}):
        errors._drain()

    assert (1 << 40) - body.left == 100_000


def test_a_connection_that_breaks_ends_the_drain(app: Flask) -> None:
    class Broken:
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError

    with _posting(app, Broken(), CONTENT_LENGTH="10"):
        errors._drain()


@pytest.mark.parametrize("reason", ["database or disk is full", "could not extend file: No space left on device"])
def test_a_full_disk_under_the_database_is_named(app: Flask, reason: str) -> None:
    with app.test_request_context("/", headers={"Accept": "application/json"}):
        document, status = errors._database(OperationalError("INSERT", {}, Exception(reason)))

    assert status == 503
    assert document["code"] == "DiskFull"
    assert document["error"].startswith("The school’s disk is full")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_under_a_file_is_named(app: Flask, number: int) -> None:
    with app.test_request_context("/", headers={"Accept": "application/json"}):
        document, status = errors._unexpected(OSError(number, "No space left on device", "/secret/place"))

    assert status == 503
    assert "/secret/place" not in document["error"]


def test_a_busy_database_asks_for_patience(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept": "application/json"}):
        document, status = errors._database(OperationalError("SELECT", {}, Exception("database is locked")))

    assert (status, document["code"]) == (503, "Unavailable")


def test_an_answer_that_is_ready_is_left_alone(app: Flask) -> None:
    ready = NotFound(response=app.make_response("as it is"))

    assert errors._http(ready) is ready
