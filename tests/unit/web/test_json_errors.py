from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import g
from flask_babel import force_locale
from werkzeug.exceptions import TooManyRequests, default_exceptions

from etude.core import errors as core
from etude.web import errors
from etude.web.json_errors import CODES, json_error
from tests.house.source import ROOT

if TYPE_CHECKING:
    from flask import Flask


def test_error_is_a_sentence_and_code_a_name(app: Flask) -> None:
    with app.test_request_context():
        g.request_id = "7f"

        answer = json_error("Wait a minute.", 429)

    assert answer == ({"error": "Wait a minute.", "code": "TooMany", "request_id": "7f"}, 429)


def test_status_without_a_name_of_its_own_has_that_of_its_class(app: Flask) -> None:
    with app.test_request_context():
        assert json_error("x", 415).document["code"] == "BadRequest"
        assert json_error("x", 502).document["code"] == "InternalError"


@pytest.mark.parametrize("code", [*CODES.values(), "StaleForm", "DiskFull"])
def test_every_code_is_documented(code: str) -> None:
    assert f"`{code}`" in (ROOT / "docs" / "reference" / "http-endpoints.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("status", sorted({*CODES} & {*default_exceptions}))
def test_the_frameworks_errors_and_ours_have_one_shape(app: Flask, status: int) -> None:
    with app.test_request_context(headers={"Accept": "application/json"}):
        document, answered = errors._http(default_exceptions[status]())[:2]

    assert answered == status
    assert (document["code"], sorted(document)) == (CODES[status], ["code", "error", "request_id"])
    assert " " in document["error"]


def test_sentence_is_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context(headers={"Accept": "application/json"}), force_locale("fr"):
        document, status = errors._http(TooManyRequests())[:2]

    assert (status, document["code"]) == (429, "TooMany")
    assert document["error"] == "Trop d’essais en peu de temps. Attendez une minute, puis réessayez."


@pytest.mark.parametrize("refusal", core.EtudeError.__subclasses__(), ids=lambda refusal: refusal.__name__)
def test_refusal_in_json_is_its_sentence(app: Flask, refusal: type[core.EtudeError]) -> None:
    with app.test_request_context(headers={"Accept": "application/json"}):
        document, status = errors._refusal(refusal())

    assert (document["error"], status) == (refusal.default, refusal.status)
    assert document["code"] == CODES[refusal.status]
