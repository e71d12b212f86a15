from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import g

from etude.core.errors import Unavailable
from etude.web import error_pages
from etude.web.error_pages import Failure, render

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def front_end_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_name: str) -> str:
        raise Unavailable("The front end is not built.")

    monkeypatch.setattr(error_pages, "asset", fail)
    monkeypatch.setattr("etude.web.error_pages.render_template", lambda *_args, **_values: fail(""))


@pytest.mark.usefixtures("front_end_missing")
def test_without_a_front_end_the_page_is_bare_and_says_the_same(app: Flask) -> None:
    with app.test_request_context("/courses"):
        g.request_id = "abc123"
        page = render(Failure(503, "The front end is not built."))

    assert "The front end is not built." in page
    assert "abc123" in page
    assert "stylesheet" not in page


@pytest.mark.usefixtures("front_end_missing")
def test_the_bare_page_speaks_french_too(app: Flask) -> None:
    with app.test_request_context("/"):
        g.locale = "fr"
        page = render(Failure(500, "x"))

    assert '<html lang="fr">' in page
    assert "Erreur 500" in page


@pytest.mark.usefixtures("front_end_missing")
def test_what_is_shown_is_never_markup(app: Flask) -> None:
    with app.test_request_context("/"):
        page = render(Failure(404, "<script>alert(1)</script>"))

    assert "<script>" not in page


def test_a_page_that_may_come_back_offers_to_try_again(app: Flask) -> None:
    with app.test_request_context("/courses/3?page=2"):
        page = render(Failure(503, "Not now."))

    assert 'href="/courses/3?page=2"' in page


def test_a_form_that_was_sent_is_not_offered_again(app: Flask) -> None:
    with app.test_request_context("/courses/3", method="POST"):
        page = render(Failure(503, "Not now."))

    assert 'href="/courses/3"' not in page


def test_only_our_own_faults_carry_a_number_to_quote(app: Flask) -> None:
    with app.test_request_context("/"):
        g.request_id = "abc123"
        mine, theirs = render(Failure(500, "x")), render(Failure(404, "x"))

    assert "abc123" in mine
    assert "abc123" not in theirs
