"""Pages that are the same for everybody: the second request never enters the view, and nobody's data is in them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from flask import before_render_template

from etude.extensions import db
from etude.features.pages import static_routes
from etude.models import School
from etude.web import i18n
from tests.queries import count_queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from tests import factories

PAGES = ["/", "/help", "/help/students", "/help/teachers", "/privacy", "/accessibility", "/about"]


@contextmanager
def _rendered(app: Flask) -> Iterator[list[str]]:
    names: list[str] = []

    def note(_app: Flask, template: object, **_values: object) -> None:
        names.append(template.name)

    with before_render_template.connected_to(note, app):
        yield names


@pytest.fixture
def views_must_not_be_entered(monkeypatch: pytest.MonkeyPatch) -> object:
    def shut() -> None:
        def fail(*_args: object, **_values: object) -> str:
            raise AssertionError("the view was entered")

        monkeypatch.setattr(static_routes, "render_for_everybody", fail)

    return shut


@pytest.mark.parametrize("page", PAGES)
def test_the_second_request_never_enters_the_view(
    client: FlaskClient, views_must_not_be_entered: object, page: str
) -> None:
    first = client.get(page)
    views_must_not_be_entered()

    second = client.get(page)

    assert first.status_code == second.status_code == 200
    assert second.data == first.data


@pytest.mark.parametrize("page", PAGES)
def test_the_second_request_renders_no_template_and_asks_no_question_of_the_database(
    app: Flask, client: FlaskClient, page: str
) -> None:
    client.get(page)

    with _rendered(app) as names, count_queries(app) as queries:
        client.get(page)

    assert not names
    assert len(queries) == 0


@pytest.mark.parametrize("page", PAGES)
def test_a_browser_that_has_the_page_gets_304(client: FlaskClient, page: str) -> None:
    first = client.get(page)

    again = client.get(page, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert not again.data


@pytest.mark.parametrize("page", PAGES)
def test_the_page_holds_no_form_no_token_no_nonce_and_sets_no_cookie(client: FlaskClient, page: str) -> None:
    answer = client.get(page)

    assert "<form" not in answer.text
    assert "csrf" not in answer.text
    assert "nonce" not in answer.text
    assert "nonce" not in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("page", PAGES)
def test_the_page_that_a_person_made_says_nothing_of_that_person_to_the_next(
    app: Flask, as_teacher: FlaskClient, client: FlaskClient, people: factories.People, page: str
) -> None:
    first = as_teacher.get(page)

    second = client.get(page)

    assert second.data == first.data
    assert "Ada Teacher" not in second.text
    assert re.search(r'"user": ?""', second.text)


def test_a_message_waits_for_a_page_that_can_show_it(as_student: FlaskClient) -> None:
    with as_student.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Your password was changed.")]

    public = as_student.get("/help")
    own = as_student.get("/courses")

    assert "Your password was changed." not in public.text
    assert "Your password was changed." in own.text


def test_language_and_theme_each_have_a_page_of_their_own(client: FlaskClient) -> None:
    pages = {
        (lang, theme): client.get(f"/help?lang={lang}&theme={theme}").text
        for lang in ("fr", "en")
        for theme in ("auto", "light", "dark")
    }

    assert len(set(pages.values())) == 6
    for (lang, theme), text in pages.items():
        assert f'<html lang="{lang}"' in text
        assert (f'data-theme="{theme}"' in text) is (theme != "auto")


def test_the_choice_of_one_browser_is_not_served_to_the_next(app: Flask) -> None:
    app.test_client().get("/help?lang=fr&theme=dark")

    other = app.test_client().get("/help")

    assert '<html lang="en">' in other.text
    assert "Set-Cookie" not in other.headers


def test_a_cached_page_still_keeps_the_choice_of_each_browser(app: Flask) -> None:
    app.test_client().get("/help?lang=fr")

    second = app.test_client().get("/help?lang=fr")

    assert "etude_lang=fr" in second.headers["Set-Cookie"]


def test_what_stands_behind_the_question_mark_makes_no_further_page(
    client: FlaskClient, views_must_not_be_entered: object
) -> None:
    client.get("/help")
    views_must_not_be_entered()

    assert client.get("/help?x=<script>").status_code == 200


def test_a_new_name_of_the_school_shows_at_once(app: Flask, client: FlaskClient) -> None:
    client.get("/privacy")

    with app.app_context(), db.session.begin():
        School.get(db.session).contact = "Grace, room 12"
        i18n.forget_school(db.session)

    assert "Grace, room 12" in client.get("/privacy").text


def test_caches_on_the_way_are_told_not_to_mix_readers(client: FlaskClient) -> None:
    headers = client.get("/").headers

    assert headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language"} <= {part.strip() for part in headers["Vary"].split(",")}


def test_a_persons_own_pages_are_kept_nowhere(as_student: FlaskClient) -> None:
    answer = as_student.get("/courses")

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers
