"""What a classmate can do to lock others out: nothing on a device that they use, though a class shares one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.models import AuditEntry, User
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from tests.conftest import Time


def sign_in(browser: FlaskClient, login: str, password: str = factories.PASSWORD) -> int:
    return factories.post(browser, "/auth/sign-in", {"login": login, "password": password}).status_code


@pytest.fixture
def used(app: Flask, people: factories.People, time: Time) -> FlaskClient:
    """A browser on which Ben has signed in before; nobody is signed in there now."""
    browser = app.test_client()
    sign_in(browser, "ben")
    factories.post(browser, "/auth/sign-out")
    return browser


@pytest.mark.parametrize("flood", [["ben"] * 40, [f"made-up-{number}" for number in range(130)]], ids=["one", "many"])
def test_a_flood_from_the_address_of_the_class_does_not_stop_a_device_that_is_known(
    flood: list[str], app: Flask, used: FlaskClient
) -> None:
    classmate = app.test_client()
    last = [classmate.post("/auth/sign-in", data={"login": login}).status_code for login in flood][-1]

    assert last == 429
    assert sign_in(used, "ben") == 302


def test_the_device_of_one_account_is_no_way_round_the_limit_for_another(app: Flask, used: FlaskClient) -> None:
    statuses = [used.post("/auth/sign-in", data={"login": "cy"}).status_code for _ in range(16)]

    assert statuses[14:] == [400, 429]


def test_on_a_known_device_tries_are_limited_too(used: FlaskClient) -> None:
    statuses = [used.post("/auth/sign-in", data={"login": "ben"}).status_code for _ in range(16)]

    assert statuses[-1] == 429


def test_a_device_cookie_that_was_made_up_helps_nobody(app: Flask, people: factories.People) -> None:
    browser = app.test_client()
    browser.set_cookie("etude_device", "x" * 32)

    statuses = [browser.post("/auth/sign-in", data={"login": "ben"}).status_code for _ in range(16)]

    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/auth/password", {"password": "three geese in a row", "repeated": "three geese in a row"}),
        ("/auth/second-factor/codes", {}),
        ("/auth/second-factor/remove", {}),
    ],
)
def test_a_lock_caused_elsewhere_does_not_keep_anybody_from_the_own_account(
    path: str, more: dict[str, str], app: Flask, people: factories.People, time: Time
) -> None:
    own, other = app.test_client(), app.test_client()
    sign_in(own, "ada")
    with app.app_context(), db.session.begin():
        db.session.get(User, people.ada).totp_secret = "JBSWY3DPEHPK3PXP"
        db.session.execute(sa.text("UPDATE user_session SET second_factor_at = last_seen_at"))
    for _ in range(6):
        sign_in(other, "ada", "not the password")

    answer = factories.post(own, path, {"present": factories.PASSWORD, **more})

    assert answer.status_code in (200, 302)
    assert "Too many wrong tries" not in answer.text
    with app.app_context():
        tags = set(db.session.scalars(sa.select(AuditEntry.tag)))
    assert tags & {"account:password:changed", "account:totp:enabled", "account:totp:disabled"}


def test_wrong_present_passwords_lock_the_device_they_are_typed_on(app: Flask, used: FlaskClient) -> None:
    sign_in(used, "ben")
    wrong = {"present": "wrong", "password": "three geese in a row", "repeated": "three geese in a row"}

    pages = [factories.post(used, "/auth/password", wrong).text for _ in range(5)]

    assert ["Too many wrong tries" in page for page in pages] == [False] * 4 + [True]
    assert sign_in(app.test_client(), "ben") == 302


@pytest.fixture
def mailing(app: Flask, people: factories.People, config: Config) -> Flask:
    """A school that can send e-mail; Ada has an address, Ben has none."""
    from dataclasses import replace

    from etude.models import School

    app.extensions["etude"] = replace(config, smtp_url="smtp://localhost", mail_from="etude@school.example")
    with app.app_context(), db.session.begin():
        School.get(db.session).address = "https://etude.school.example"
        db.session.get(User, people.ada).email = "ada@school.example"
    return app


def test_asking_for_a_link_costs_the_same_for_everybody_but_for_writing_the_email(mailing: Flask) -> None:
    costs = {}
    for login in ("ada", "ben", "nobody-at-all"):
        browser = mailing.test_client()
        token = factories.csrf(browser)
        with count_queries(mailing) as queries:
            browser.post("/auth/forgot", data={"csrf_token": token, "login": login})
        costs[login] = [
            statement.split()[0] + " " + statement.split()[2] for statement in queries if "INSERT" in statement
        ]

    mail = "INSERT task_message"
    assert costs["ada"].count(mail) == 1
    assert costs["ben"] == costs["nobody-at-all"]
    assert [one for one in costs["ada"] if one not in (mail, "INSERT audit_detail")] == [
        one for one in costs["ben"] if one != "INSERT audit_detail"
    ]


def test_the_link_that_is_stored_for_nobody_opens_nothing(mailing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from etude.models.user import operations

    monkeypatch.setattr(operations.secrets, "token_urlsafe", lambda _size: "known")
    browser = mailing.test_client()
    factories.post(browser, "/auth/forgot", {"login": "nobody-at-all"})

    assert browser.get("/auth/reset/known").status_code == 410
