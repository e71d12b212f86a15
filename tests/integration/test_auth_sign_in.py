from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from etude.extensions import db
from etude.models import AuditEntry, KnownDevice, User, UserSession
from etude.models.user import passwords
from tests import factories
from tests.audited import audited
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

WRONG = "The user name or the password is wrong."
LOCKED = "Too many wrong tries"


def sign_in(client: FlaskClient, login: str, password: str = factories.PASSWORD, **kwargs: object) -> object:
    return factories.post(client, "/auth/sign-in", {"login": login, "password": password}, **kwargs)


def count_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    check = passwords.check_password_hash

    def counted(password_hash: str, password: str) -> bool:
        calls.append(password_hash)
        return check(password_hash, password)

    monkeypatch.setattr(passwords, "check_password_hash", counted)
    return calls


def test_the_email_address_signs_in_as_well(client: FlaskClient, app: Flask) -> None:
    with app.app_context():
        factories.user("Eve", "Mail", email="Eve.Mail@school.example")

    answer = sign_in(client, "eve.mail@SCHOOL.example")

    assert answer.status_code == 302


@pytest.mark.parametrize("login", ["ben", "nobody-at-all", "unclaimed"])
def test_every_refusal_says_the_same_and_costs_one_hash(
    login: str, client: FlaskClient, app: Flask, people: factories.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        factories.user("Una", "Claimed", login="unclaimed", password_hash=None)
    calls = count_hashes(monkeypatch)

    answer = sign_in(client, login, "not the password")

    assert answer.status_code == 422
    assert WRONG in answer.text
    assert len(calls) == 1


def test_an_unknown_name_is_locked_by_the_same_sentence_as_an_account(
    client: FlaskClient, people: factories.People, time: Time
) -> None:
    texts = {}
    for login in ("ben", "nobody-at-all"):
        answers = [sign_in(client, login, "not the password").text for _ in range(6)]
        texts[login] = [LOCKED in text for text in answers]

    assert texts["ben"] == texts["nobody-at-all"] == [False] * 4 + [True] * 2


def test_a_locked_account_still_costs_one_hash(
    client: FlaskClient, people: factories.People, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        sign_in(client, "ben", "not the password")
    calls = count_hashes(monkeypatch)

    answer = sign_in(client, "ben")

    assert LOCKED in answer.text
    assert len(calls) == 1


def test_a_lock_caused_elsewhere_does_not_reach_a_device_that_signed_in_before(
    app: Flask, people: factories.People, time: Time
) -> None:
    own, other = app.test_client(), app.test_client()
    sign_in(own, "ben")
    factories.post(own, "/auth/sign-out")
    for _ in range(6):
        sign_in(other, "ben", "not the password")

    assert LOCKED in sign_in(other, "ben").text
    assert sign_in(own, "ben").status_code == 302


def test_two_accounts_of_one_shared_browser_are_both_known_on_it(app: Flask, people: factories.People) -> None:
    browser = app.test_client()
    for login in ("ben", "cy", "ben"):
        sign_in(browser, login)
        factories.post(browser, "/auth/sign-out")

    with app.app_context():
        devices = db.session.query(KnownDevice).all()

    assert sorted(device.user_id for device in devices) == sorted([people.ben, people.cy])
    assert len({device.secret_hash for device in devices}) == 1


def test_each_further_wrong_password_doubles_the_lock(
    client: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    for _ in range(5):
        sign_in(client, "ben", "not the password")
    time.forward(seconds=61)
    sign_in(client, "ben", "not the password")

    with app.app_context():
        until = db.session.get(User, people.ben).locked_until

    assert (until - time.at).total_seconds() == 120
    assert "login:account:locked" in audited(app)


def test_the_typed_login_of_nobody_is_not_written_down(client: FlaskClient, app: Flask) -> None:
    sign_in(client, "my secret password typed in the wrong box", "x")

    with app.app_context():
        last = AuditEntry.get_last(db.session)

    assert last.tag == "login:password:failed"
    assert last.fields == []


def test_signing_in_changes_the_session_and_its_token(client: FlaskClient, people: factories.People) -> None:
    before = factories.csrf(client)
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"

    sign_in(client, "ben")
    after = factories.csrf(client, "/auth/password")

    assert before != after
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_an_old_hash_is_made_anew_at_sign_in(client: FlaskClient, app: Flask) -> None:
    old = passwords.generate_password_hash(factories.PASSWORD, method="scrypt:512:1:1")
    with app.app_context():
        user_id = factories.user("Old", "Hash", login="old", password_hash=old).id

    sign_in(client, "old")

    with app.app_context():
        assert db.session.get(User, user_id).password_hash.startswith(passwords.METHOD + "$")


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/\t/evil.example"]
)
def test_signing_in_never_leads_to_another_site(target: str, client: FlaskClient, people: factories.People) -> None:
    answer = factories.post(
        client, "/auth/sign-in", {"login": "ben", "password": factories.PASSWORD}, query_string={"next": target}
    )

    assert answer.location == "/home"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(client: FlaskClient, people: factories.People) -> None:
    asked = client.get("/auth/profile?x=1")
    answer = factories.post(client, asked.location, {"login": "ben", "password": factories.PASSWORD})

    assert answer.location == "/auth/profile?x=1"


def test_signing_out_ends_the_session_and_clears_the_browser(
    app: Flask, as_student: FlaskClient, people: factories.People
) -> None:
    answer = factories.post(as_student, "/auth/sign-out")

    assert "storage" in answer.headers["Clear-Site-Data"]
    assert as_student.get("/courses").status_code == 302
    with app.app_context():
        assert db.session.query(UserSession).one().ended_at is not None


def test_signing_out_over_plain_http_sends_no_header_that_browsers_only_complain_of(
    app: Flask, people: factories.People
) -> None:
    client = app.test_client()
    at_school = {"base_url": "http://etude.school.example"}
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/auth/sign-in", **at_school).text).group(1)
    account = {"csrf_token": token, "login": "ben", "password": factories.PASSWORD}
    client.post("/auth/sign-in", data=account, **at_school)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/auth/profile", **at_school).text).group(1)

    answer = client.post("/auth/sign-out", data={"csrf_token": token}, **at_school)

    assert answer.location == "/auth/sign-in"
    assert "Clear-Site-Data" not in answer.headers
    assert client.get("/courses", **at_school).status_code == 302


def test_who_is_signed_in_is_not_asked_to_sign_in(as_student: FlaskClient) -> None:
    answer = as_student.get("/auth/sign-in?next=/auth/profile")

    assert answer.location == "/auth/profile"


def test_a_session_ends_after_an_idle_hour(time: Time, as_student: FlaskClient) -> None:
    time.forward(minutes=60)
    assert as_student.get("/courses").status_code == 200
    time.forward(minutes=61)

    assert as_student.get("/courses").status_code == 302


def test_a_session_that_is_used_goes_on_past_the_idle_time(time: Time, as_student: FlaskClient) -> None:
    for _ in range(3):
        time.forward(minutes=40)
        assert as_student.get("/courses").status_code == 200


def test_a_session_ends_after_twelve_hours_whatever_is_done(time: Time, as_student: FlaskClient) -> None:
    for _ in range(17):
        time.forward(minutes=45)
        last = as_student.get("/courses").status_code

    assert last == 302


@pytest.mark.parametrize(("base", "is_secure"), [("http://localhost", False), ("https://localhost", True)])
def test_cookies_are_closed_to_scripts_and_secure_on_https(
    base: str, is_secure: bool, client: FlaskClient, people: factories.People
) -> None:
    page = client.get("/auth/sign-in", base_url=base).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    answer = client.post(
        "/auth/sign-in",
        base_url=base,
        data={"csrf_token": token, "login": "ben", "password": factories.PASSWORD},
        headers={"Referer": base + "/auth/sign-in"},
    )
    cookies = answer.headers.getlist("Set-Cookie")

    assert {cookie.partition("=")[0] for cookie in cookies} == {"etude", "etude_device"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is is_secure
    assert "Max-Age" not in next(c for c in cookies if c.startswith("etude=")), "a sign-in ends with the browser"
