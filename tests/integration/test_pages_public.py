"""The pages that need no account, and the small files that browsers look for."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from etude.models.register.owning import what_is_stored

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


def fetch(client: FlaskClient, path: str, **kwargs: object) -> TestResponse:
    """Get a file and close it, as a server does at the end of an answer."""
    with client.get(path, **kwargs) as answer:
        assert answer.data is not None
        return answer


PAGES = ["/", "/help", "/help/students", "/help/teachers", "/privacy", "/accessibility", "/about"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_one_heading_a_title_and_its_language(client: FlaskClient, page: str, language: str) -> None:
    text = client.get(f"{page}?lang={language}").text

    assert f'<html lang="{language}"' in text
    assert text.count("<h1") == 1
    assert re.search(r"<title>\S.*</title>", text)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_these_pages_leads_somewhere(client: FlaskClient, page: str, language: str) -> None:
    text = client.get(f"{page}?lang={language}").text
    links = set(re.findall(r'<a [^>]*href="(/[^"#]*)', text))

    broken = {link for link in links if fetch(client, link).status_code not in (200, 302)}

    assert links
    assert not broken


def test_no_page_asks_another_host_for_anything(client: FlaskClient) -> None:
    for page in PAGES:
        text = client.get(page).text
        assert not re.search(r'(src|href)="(https?:)?//', text), page


def test_the_start_page_leads_to_both_ways_in(client: FlaskClient) -> None:
    text = client.get("/").text

    assert 'href="/auth/sign-in"' in text
    assert 'href="/join"' in text


def test_the_privacy_page_names_who_is_responsible(client: FlaskClient) -> None:
    text = client.get("/privacy").text

    assert "École de test" in text
    assert "<strong>Ada</strong>" in text


def test_the_privacy_page_names_every_cookie_that_is_set(client: FlaskClient) -> None:
    text = client.get("/privacy").text

    for cookie in ("etude", "etude_device", "etude_lang", "etude_theme"):
        assert f"<code>{cookie}</code>" in text


def test_the_about_page_names_version_and_licences(client: FlaskClient) -> None:
    text = client.get("/about").text

    assert "0.1.0" in text
    assert "Flask" in text
    assert "MIT" in text


def test_the_licences_of_what_the_browser_loads_are_served_as_text(client: FlaskClient) -> None:
    answer = fetch(client, "/about/licences")

    assert answer.mimetype == "text/plain"
    assert "codemirror" in answer.text.lower()


def test_search_engines_are_asked_to_stay_out(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")

    assert answer.mimetype == "text/plain"
    assert "Disallow: /" in answer.text


def test_the_icon_is_found_under_its_old_name_too(client: FlaskClient) -> None:
    answer = fetch(client, "/favicon.ico", follow_redirects=True)

    assert answer.mimetype == "image/svg+xml"


def test_the_showcase_is_for_the_staff(
    client: FlaskClient, as_student: FlaskClient, as_teacher: FlaskClient, as_admin: FlaskClient
) -> None:
    assert client.get("/design").status_code == 302
    assert as_student.get("/design").status_code == 403
    assert as_admin.get("/design").status_code == 200
    assert "<h1>Design system</h1>" in as_teacher.get("/design").text


def test_built_files_may_be_kept_for_ever_and_come_compressed(client: FlaskClient) -> None:
    style = re.search(r'href="(/assets/style-[^"]+\.css)"', client.get("/").text)[1]

    answer = fetch(client, style, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == "text/css"
    assert "Content-Encoding" not in fetch(client, style, headers={"Accept-Encoding": "identity"}).headers


def test_everything_that_python_needs_in_the_page_is_served(client: FlaskClient) -> None:
    from etude.web.templating import DIST, manifest

    folder = manifest()["pyodide/"]
    names = [path.name for path in (DIST / folder).iterdir() if path.suffix != ".gz"]

    refused = [name for name in names if fetch(client, f"/assets/{folder}{name}").status_code != 200]

    assert names
    assert not refused


@pytest.mark.parametrize("name", ["../app.py", "..%2f..%2fapp.py", "manifest.py", ".stamp", "nothing.css"])
def test_only_built_files_are_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


def test_the_program_of_a_student_may_load_python_and_nothing_else(client: FlaskClient) -> None:
    from etude.web.templating import asset

    with client.application.test_request_context():
        address = asset("py-worker.js")

    policy = fetch(client, address).headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert re.search(r"connect-src http://localhost/assets/pyodide-[^ ;/]+/;", policy)


def test_home_leads_to_the_courses_or_to_the_sign_in(client: FlaskClient, as_student: FlaskClient) -> None:
    assert client.get("/home").location == "/auth/sign-in"
    assert as_student.get("/home").location == "/courses"


def test_the_process_says_that_it_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "Passwords and other secrets"), ("fr", "Mots de passe et autres secrets")]
)
def test_privacy_page_lists_what_the_register_declares(client: FlaskClient, locale: str, said: str) -> None:
    page = unescape(client.get(f"/privacy?lang={locale}", follow_redirects=True).text)

    assert said in page
    assert page.count('<th scope="row">') == len(what_is_stored())
