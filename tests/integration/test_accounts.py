from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from etude.extensions import db
from etude.models import AuditEntry, School, User
from etude.models.user import SchoolRole
from tests import factories
from tests.audited import audited
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

NEW = "three geese in a row"
EVE = {"given_name": "Eve", "family_name": "Roy", "login": "eve", "school_role": "teacher"}


def of(people: factories.People, tail: str = "") -> str:
    return f"/school/accounts/{people.ada}{tail}"


def test_an_invited_colleague_chooses_a_password_and_teaches(app: Flask, as_admin: FlaskClient) -> None:
    page = factories.post(as_admin, "/school/accounts/new", EVE).text
    link = unescape(re.search(r'readonly value="([^"]+)"', page).group(1))
    eve = app.test_client()

    answer = factories.post(eve, link.removeprefix("http://localhost"), {"password": NEW, "repeated": NEW})

    assert answer.status_code == 302
    assert eve.get("/courses/new").status_code == 200
    assert eve.get("/school/accounts").status_code == 403
    assert audited(app) >= {"account:user:invited", "account:link:used"}


def test_a_user_name_that_is_taken_is_refused_at_its_field(as_admin: FlaskClient, people: factories.People) -> None:
    answer = factories.post(as_admin, "/school/accounts/new", {**EVE, "login": "Béñ"})

    assert answer.status_code == 422
    assert "Somebody has this user name already." in answer.text


def test_the_list_costs_the_same_queries_for_few_and_for_500(
    app: Flask, as_admin: FlaskClient, people: factories.People
) -> None:
    as_admin.get("/school/accounts")
    with count_queries(app) as few:
        as_admin.get("/school/accounts")
    with app.app_context(), db.session.begin():
        db.session.add_all([User(login=f"s{n}", given_name="S", family_name=f"T{n:03}") for n in range(500)])
    with count_queries(app) as many:
        page = as_admin.get("/school/accounts?role=student").text

    assert few.count == many.count <= 5
    assert page.count('<th scope="row">') == 50


def test_a_student_is_given_three_words_by_the_admin(
    app: Flask, as_admin: FlaskClient, people: factories.People
) -> None:
    page = factories.post(as_admin, f"/school/accounts/{people.ben}/reset").text
    words = re.search(r'class="three-words" translate="no">([^<]+)<', page).group(1)

    answer = factories.post(app.test_client(), "/auth/sign-in", {"login": "ben", "password": words})

    assert answer.status_code == 302


def test_a_teacher_is_given_a_link_and_keeps_the_password_until_it_is_used(
    app: Flask, as_admin: FlaskClient, people: factories.People
) -> None:
    page = factories.post(as_admin, of(people, "/reset")).text

    assert "/auth/reset/" in page
    signed_in = factories.post(app.test_client(), "/auth/sign-in", {"login": "ada", "password": factories.PASSWORD})
    assert signed_in.status_code == 302
    assert "account:link:created" in audited(app)


def test_the_admin_unlocks_a_teacher(time: Time, app: Flask, as_admin: FlaskClient, people: factories.People) -> None:
    for _ in range(5):
        factories.post(app.test_client(), "/auth/sign-in", {"login": "ada", "password": "not the password"})
    assert "Unlock" in as_admin.get(of(people)).text

    factories.post(as_admin, of(people, "/unlock"))

    answer = factories.post(app.test_client(), "/auth/sign-in", {"login": "ada", "password": factories.PASSWORD})
    assert answer.status_code == 302


def test_a_changed_role_signs_the_person_out(
    app: Flask, as_admin: FlaskClient, as_teacher: FlaskClient, people: factories.People
) -> None:
    values = {"given_name": "Ada", "family_name": "Teacher", "login": "ada", "school_role": "admin"}

    factories.post(as_admin, of(people), values)

    assert as_teacher.get("/courses").status_code == 302
    with app.app_context():
        assert db.session.get(User, people.ada).is_admin
        assert AuditEntry.get_last(db.session).tag == "account:role:changed"


def test_the_school_keeps_its_last_admin(app: Flask, as_admin: FlaskClient, people: factories.People) -> None:
    values = {"given_name": "Root", "family_name": "Admin", "login": "root", "school_role": "teacher"}

    answer = factories.post(as_admin, f"/school/accounts/{people.admin}", values)
    deleted = factories.post(as_admin, f"/school/accounts/{people.admin}/delete")

    assert "at least one admin" in answer.text
    assert deleted.status_code == 422


def test_all_accounts_in_the_bin_are_reached_page_by_page(
    app: Flask, as_admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etude.features.accounts.account_routes.PAGE_SIZE", 2)
    with app.app_context():
        gone = [factories.user("Old", f"Gone{number}").id for number in range(3)]
    for user_id in gone:
        factories.post(as_admin, f"/school/accounts/{user_id}/delete")

    first, second = (as_admin.get(f"/school/accounts/bin?page={number}").text for number in (1, 2))

    assert first.count('<th scope="row">Gone') == 2
    assert "/school/accounts/bin?page=2" in first
    assert second.count('<th scope="row">Gone') == 1
    assert "/school/accounts/bin?page=3" not in second


def test_a_deleted_account_is_out_at_once_and_can_be_restored(
    app: Flask, as_admin: FlaskClient, as_teacher: FlaskClient, people: factories.People
) -> None:
    factories.post(as_admin, of(people, "/delete"))
    out = as_teacher.get("/courses").status_code
    listed = as_admin.get("/school/accounts/bin").text
    shown = as_admin.get(of(people)).text
    factories.post(as_admin, of(people, "/restore"))

    assert out == 302
    assert "Teacher, Ada" in listed
    assert "This account is in the bin." in shown
    answer = factories.post(app.test_client(), "/auth/sign-in", {"login": "ada", "password": factories.PASSWORD})
    assert answer.status_code == 302
    assert audited(app) >= {"account:user:deleted", "account:user:restored"}


def test_an_account_whose_name_was_taken_stays_in_the_bin(
    app: Flask, as_admin: FlaskClient, people: factories.People
) -> None:
    factories.post(as_admin, of(people, "/delete"))
    with app.app_context():
        factories.user("Ada", "Other", login="ada", school_role=SchoolRole.TEACHER)

    assert factories.post(as_admin, of(people, "/restore")).status_code == 409


def test_the_admin_removes_the_second_step_of_a_lost_phone(
    app: Flask, as_admin: FlaskClient, people: factories.People
) -> None:
    with app.app_context(), db.session.begin():
        db.session.get(User, people.ada).totp_secret = "JBSWY3DPEHPK3PXP"

    factories.post(as_admin, of(people, "/second-factor/remove"))

    with app.app_context():
        assert not db.session.get(User, people.ada).has_second_factor


@pytest.mark.parametrize("path", ["/school/accounts", "/school/accounts/new", "/school/settings", "/school/audit"])
def test_only_the_admin_has_these_pages(
    path: str, as_admin: FlaskClient, as_teacher: FlaskClient, as_student: FlaskClient
) -> None:
    assert [client.get(path).status_code for client in (as_admin, as_teacher, as_student)] == [200, 403, 403]


def test_the_schools_settings_are_saved_shown_and_audited(app: Flask, as_admin: FlaskClient) -> None:
    values = {
        "school_name": "École des Pins",
        "locale": "fr",
        "zone": "America/Halifax",
        "contact": "Ada, bureau 12",
        "address": "http://etude.lan:8000/",
    }

    answer = factories.post(as_admin, "/school/settings", values, follow_redirects=True)

    assert "École des Pins" in answer.text
    with app.app_context():
        assert School.get(db.session).address == "http://etude.lan:8000"
        assert AuditEntry.get_last(db.session).tag == "school:settings:updated"


@pytest.mark.parametrize("address", ["etude.lan", "javascript:alert(1)", "http://a b", "http://x/path"])
def test_an_address_that_is_none_is_refused(address: str, as_admin: FlaskClient) -> None:
    values = {"school_name": "X", "locale": "fr", "zone": "UTC", "contact": "A", "address": address}

    assert factories.post(as_admin, "/school/settings", values).status_code == 422


def test_the_audit_log_tells_in_sentences_who_did_what(
    app: Flask, as_admin: FlaskClient, people: factories.People
) -> None:
    factories.post(as_admin, f"/school/accounts/{people.ben}/unlock")
    factories.post(app.test_client(), "/auth/sign-in", {"login": "nobody", "password": "x"})

    page = unescape(as_admin.get("/school/audit").text)

    assert "Root Admin unlocked the account of Ben Student" in page
    assert "A sign-in was refused: an unknown account" in page
    assert "127.0.0.1" in page


def test_the_audit_log_is_filtered_by_act_and_by_person(
    app: Flask, as_admin: FlaskClient, people: factories.People
) -> None:
    for user_id in (people.ben, people.cy):
        factories.post(as_admin, f"/school/accounts/{user_id}/unlock", follow_redirects=True)

    about_ben = as_admin.get("/school/audit?person=ben").text
    of_tag = as_admin.get("/school/audit?tag=login:session:ended").text
    unknown = as_admin.get("/school/audit?person=nobody")

    assert "Ben Student" in about_ben
    assert "Cy Outsider" not in about_ben
    assert "unlocked the account of Ben" not in of_tag
    assert unknown.status_code == 422


def test_the_audit_log_is_paged_and_costs_the_same_queries(
    app: Flask, as_admin: FlaskClient, people: factories.People
) -> None:
    from etude import audit

    as_admin.get("/school/audit")
    with app.app_context():
        ben = db.session.get(User, people.ben)
        with db.session.begin():
            audit.record(db.session, audit.AuditTag.LOGOUT, target=ben, details={"n": 0})
    with count_queries(app) as few:
        as_admin.get("/school/audit")
    with app.app_context(), db.session.begin():
        ben = db.session.get(User, people.ben)
        for n in range(120):
            audit.record(db.session, audit.AuditTag.LOGOUT, target=ben, details={"n": n})
    with count_queries(app) as many:
        page = as_admin.get("/school/audit").text
    following = as_admin.get(unescape(re.search(r'href="([^"]*before_id[^"]*)"', page).group(1))).text

    assert few.count == many.count <= 8
    assert page.count('<th scope="row">') == following.count('<th scope="row">') == 50


def test_a_teacher_reads_the_log_of_the_own_course_only(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        other = factories.course().id
    factories.post(as_teacher, f"/courses/{people.course}/class-code/renew")

    page = as_teacher.get(f"/courses/{people.course}/audit").text

    assert "Ada Teacher changed the settings of the course" in page
    assert as_teacher.get(f"/courses/{other}/audit").status_code == 404
    assert as_student.get(f"/courses/{people.course}/audit").status_code == 403
