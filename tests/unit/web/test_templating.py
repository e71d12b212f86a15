from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from flask import g, session
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from etude.core.errors import Unavailable
from etude.web import templating

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

EVENING = datetime(2026, 12, 4, 23, 0, tzinfo=UTC)
HALF_PAST = datetime(2026, 12, 5, 0, 5, tzinfo=UTC)


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    with app.test_request_context():
        g.locale = request.param
        yield request.param


def test_a_moment_is_said_in_words_in_the_courses_zone(language: str) -> None:
    said = templating.show_datetime(EVENING, "America/Toronto")

    assert said == {"fr": "vendredi 4 décembre 2026 à 18\u00a0h", "en": "Friday 4 December 2026 at 18:00"}[language]


def test_minutes_are_said_where_there_are_any(language: str) -> None:
    said = templating.show_datetime(HALF_PAST, "America/Toronto")

    assert (
        said
        == {"fr": "vendredi 4 décembre 2026 à 19\u00a0h\u00a005", "en": "Friday 4 December 2026 at 19:05"}[language]
    )


def test_the_same_moment_is_another_day_further_east(language: str) -> None:
    said = templating.show_date(EVENING, "Europe/Paris")

    assert said == {"fr": "samedi 5 décembre 2026", "en": "Saturday 5 December 2026"}[language]


def test_the_first_of_a_month_is_an_ordinal_in_french(language: str) -> None:
    said = templating.show_date(datetime(2026, 12, 1, 16, 0, tzinfo=UTC), "America/Toronto")

    assert said == {"fr": "mardi 1er décembre 2026", "en": "Tuesday 1 December 2026"}[language]


def test_without_a_zone_the_readers_counts(language: str) -> None:
    assert templating.show_datetime(EVENING) == templating.show_datetime(EVENING, "America/Toronto")


def test_the_clocks_of_summer_and_winter_are_both_right(language: str) -> None:
    summer = templating.show_time(datetime(2026, 7, 1, 16, 0, tzinfo=UTC), "America/Toronto")
    winter = templating.show_time(datetime(2026, 12, 1, 16, 0, tzinfo=UTC), "America/Toronto")

    assert summer.endswith("12:00")
    assert winter.endswith("11:00")


def test_numbers_are_written_as_the_language_does(language: str) -> None:
    shown = [templating.show_number(value) for value in (Decimal("14.50"), 12345.678, 0, None)]

    assert shown == {"fr": ["14,5", "12\u202f345,68", "0", "–"], "en": ["14.5", "12,345.68", "0", "–"]}[language]


def test_a_zone_is_called_by_its_city() -> None:
    assert templating.zone_name("America/St_Johns") == "St Johns"


def test_an_unbuilt_front_end_says_which_command_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(templating, "DIST", tmp_path)
    templating.manifest.cache_clear()

    with pytest.raises(Unavailable, match="make build"):
        templating.manifest()


def test_nobody_has_no_navigation(app: Flask) -> None:
    with app.test_request_context("/"):
        assert templating.navigation() == []


@pytest.mark.parametrize(("who", "expected"), [("as_student", 1), ("as_admin", 2)])
def test_the_header_leads_where_the_person_may_go(request: pytest.FixtureRequest, who: str, expected: int) -> None:
    client: FlaskClient = request.getfixturevalue(who)

    with client:
        client.get("/courses")
        entries = templating.navigation()

    assert len(entries) >= expected
    assert entries[0][1:] == ("/courses", True)


def test_a_form_token_is_accepted_for_its_own_sign_in_only(app: Flask) -> None:
    with app.test_request_context():
        first, again = templating.csrf_token(), templating.csrf_token()
        raw = session["csrf_token"]
        validate_csrf(first)
        validate_csrf(again)
    with app.test_request_context():
        session["csrf_token"] = raw
        remembered = templating.csrf_token()
        validate_csrf(remembered)
        session["csrf_token"] = "of another sign-in"

        other = templating.csrf_token()

        assert other != remembered
        with pytest.raises(ValidationError):
            validate_csrf(remembered)


def test_a_page_is_found_again_in_another_language(app: Flask) -> None:
    with app.test_request_context("/help?theme=dark"):
        assert templating.preference_url(lang="fr") == "/help?lang=fr"
    with app.test_request_context("/help", method="POST"):
        assert templating.preference_url(lang="fr") == "/?lang=fr"
