from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import g
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError

from etude.core.caching import memory
from etude.extensions import db
from etude.models import School, User
from etude.system_errors import reason
from etude.web import i18n

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests import factories

FRENCH_BROWSER = {"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}


def _language(text: str) -> str:
    return text.split('<html lang="', 1)[1][:2]


def _set_school(app: Flask, locale: str) -> None:
    with app.app_context(), db.session.begin():
        school = School.get(db.session)
        school.locale = locale
        i18n.forget_school(db.session)


def _set_profile(app: Flask, user_id: int, **values: str) -> None:
    with app.app_context(), db.session.begin():
        user = db.session.get(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)


def test_before_the_first_start_the_browser_chooses(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), db.session.begin():
        db.session.delete(School.get(db.session))
    memory.clear()

    assert _language(client.get("/help", headers=FRENCH_BROWSER).text) == "fr"
    assert _language(client.get("/help", headers={"Accept-Language": "de"}).text) == "en"


def test_the_school_comes_before_the_browser(app: Flask, client: FlaskClient) -> None:
    assert _language(client.get("/help", headers=FRENCH_BROWSER).text) == "en"


def test_a_change_of_the_schools_language_shows_at_once(app: Flask, client: FlaskClient) -> None:
    client.get("/help")

    _set_school(app, "fr")

    assert _language(client.get("/help").text) == "fr"


def test_this_browsers_choice_comes_before_the_school(client: FlaskClient) -> None:
    chosen = client.get("/help?lang=fr")

    assert _language(chosen.text) == "fr"
    assert _language(client.get("/privacy").text) == "fr"


def test_the_profile_comes_before_this_browsers_choice(
    app: Flask, as_student: FlaskClient, people: factories.People
) -> None:
    as_student.get("/help?lang=fr")

    _set_profile(app, people.ben, locale="en")

    assert _language(as_student.get("/help").text) == "en"


def test_a_click_counts_for_its_own_page_even_over_the_profile(
    app: Flask, as_student: FlaskClient, people: factories.People
) -> None:
    _set_profile(app, people.ben, locale="en", theme="light")

    page = as_student.get("/help?lang=fr&theme=dark").text

    assert _language(page) == "fr"
    assert 'data-theme="dark"' in page


@pytest.mark.parametrize("address", ["/help?lang=de", "/help?lang=../fr", "/help?theme=pink"])
def test_an_unknown_choice_changes_nothing(client: FlaskClient, address: str) -> None:
    answer = client.get(address)

    assert _language(answer.text) == "en"
    assert 'data-theme="' not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_theme_auto_takes_back_an_earlier_choice(client: FlaskClient) -> None:
    client.get("/help?theme=dark")

    assert 'data-theme="dark"' in client.get("/help").text
    assert 'data-theme="' not in client.get("/help?theme=auto").text
    assert 'data-theme="' not in client.get("/help").text


def test_a_choice_is_kept_where_no_script_reads_it(client: FlaskClient) -> None:
    cookie = client.get("/help?lang=fr", base_url="https://localhost").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "SameSite=Lax" in cookie


def test_the_zone_is_the_profiles_then_the_schools(
    app: Flask, as_student: FlaskClient, people: factories.People
) -> None:
    with app.test_request_context():
        assert i18n.choose_zone() == "America/Toronto"

    _set_profile(app, people.ben, zone="America/Vancouver")

    with as_student:
        as_student.get("/courses")
        assert i18n.choose_zone() == "America/Vancouver"


def test_without_the_database_there_is_still_a_language(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(School, "get", fail)
    memory.clear()

    with app.test_request_context(headers=FRENCH_BROWSER):
        g.chosen = {}
        assert i18n.choose_locale() == "fr"


def test_outside_a_request_the_school_chooses(app: Flask) -> None:
    with app.app_context():
        assert i18n.choose_locale() == "en"


@pytest.mark.parametrize(
    ("plain", "french"),
    [
        ("Prêt ?", "Prêt\u202f?"),
        ("Non ; oui !", "Non\u202f; oui\u202f!"),
        ("« do »", "«\u202fdo\u202f»"),
        ("Ici : là", "Ici\u00a0: là"),
        ("à 10:42", "à 10:42"),
        ("http://x.ca?a", "http://x.ca?a"),
        ("déjà\u202f!", "déjà\u202f!"),
    ],
)
def test_french_spaces_are_put_where_typography_wants_them(plain: str, french: str) -> None:
    assert i18n.french_spaces(plain) == french


def test_a_marked_sentence_is_filled_after_it_was_translated(app: Flask) -> None:
    with app.test_request_context():
        assert i18n.translate("Line %(number)s", {"number": 3}) == "Line 3"
        assert i18n.translate("100 % sure") == "100 % sure"


def test_a_marked_value_is_translated_with_its_sentence(app: Flask) -> None:
    with app.test_request_context(), force_locale("fr"):
        said = i18n.translate("The backup could not be written: %(reason)s.", {"reason": reason(OSError(28, "full"))})

    assert said == "La sauvegarde n’a pas pu être écrite\u00a0: plus de place sur le disque."
