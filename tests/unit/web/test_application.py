from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError

from etude.web.application import LONGEST, Application


def _routes(app: Flask) -> Flask:
    app.add_url_rule("/courses/<int:course_id>", "course", str)
    app.add_url_rule("/forms", "form", lambda: "", methods=["GET"])
    app.add_url_rule("/forms/sent", "form", methods=["POST"])
    return app


@pytest.fixture
def plain() -> Flask:
    return _routes(Flask(__name__))


@pytest.fixture
def ours() -> Application:
    app = _routes(Application(__name__))
    assert isinstance(app, Application)
    return app


@pytest.mark.parametrize(
    "values",
    [
        {"course_id": 3},
        {"course_id": 3, "lang": "fr"},
        {"course_id": 3, "next": "/a?b=é&c=<d>"},
        {"course_id": 3, "is_open": True},
        {"course_id": 3, "is_open": 1},
        {"course_id": 3, "is_open": 1.0},
        {"course_id": 3, "is_open": None},
        {"course_id": 3, "kinds": ["code", "quiz"]},
        {"course_id": 3, "_anchor": "hints"},
        {"course_id": 3, "_external": True},
        {"course_id": 3, "_external": True, "_scheme": "https"},
    ],
)
def test_an_address_is_flasks_own_the_first_and_the_second_time(
    plain: Flask, ours: Application, values: dict[str, Any]
) -> None:
    with plain.test_request_context():
        expected = url_for("course", **values)

    with ours.test_request_context():
        built = [url_for("course", **values) for _ in range(2)]

    assert built == [expected, expected]


def test_values_that_are_equal_but_written_otherwise_are_kept_apart(ours: Application) -> None:
    with ours.test_request_context():
        built = [url_for("course", course_id=3, n=n) for n in (1, True, 1.0)]

    assert built == ["/courses/3?n=1", "/courses/3?n=True", "/courses/3?n=1.0"]


def test_the_folder_and_the_method_of_the_request_count(ours: Application) -> None:
    with ours.test_request_context():
        here = url_for("form")
    with ours.test_request_context(environ_overrides={"SCRIPT_NAME": "/etude"}):
        below = url_for("form")
    with ours.test_request_context(method="POST"):
        sent = url_for("form")

    assert (here, below, sent) == ("/forms", "/etude/forms", "/forms/sent")


def test_the_host_of_another_request_is_never_remembered(ours: Application) -> None:
    with ours.test_request_context(base_url="http://one.test"):
        first = url_for("form", _external=True)
    with ours.test_request_context(base_url="http://two.test"):
        second = url_for("form", _external=True)

    assert (first, second) == ("http://one.test/forms", "http://two.test/forms")


def test_what_a_visitor_writes_at_length_is_not_remembered(ours: Application) -> None:
    with ours.test_request_context():
        url_for("course", course_id=1, next="x" * (LONGEST + 1))

    assert ours._known_address.cache_info().currsize == 0


def test_an_endpoint_that_is_not_there_is_refused_each_time(ours: Application) -> None:
    for _ in range(2):
        with ours.test_request_context(), pytest.raises(BuildError):
            url_for("nowhere")
