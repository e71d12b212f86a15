from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from etude.app import create_app
from etude.core.caching import memory
from etude.extensions import db
from etude.models import Course, Enrolment, School, User
from etude.models.base import Base
from etude.models.user import LinkPurpose, SchoolRole, passwords
from etude.models.user.operations import make_link, set_password
from etude.queue import TaskMessage
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from tests.conftest import Time

NEW = "three geese in a row"


def change(client: FlaskClient, present: str, new: str, again: str = "") -> object:
    return factories.post(client, "/auth/password", {"present": present, "password": new, "repeated": again or new})


def can_sign_in(app: Flask, login: str, password: str) -> bool:
    answer = factories.post(app.test_client(), "/auth/sign-in", {"login": login, "password": password})
    return answer.status_code == 302


def test_a_new_password_signs_out_every_other_browser(
    app: Flask, as_student: FlaskClient, people: factories.People
) -> None:
    other = factories.sign_in(app, people.ben)

    change(as_student, factories.PASSWORD, NEW)

    assert as_student.get("/courses").status_code == 200
    assert other.get("/courses").status_code == 302
    assert can_sign_in(app, "ben", NEW)
    assert not can_sign_in(app, "ben", factories.PASSWORD)


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "needs at least 8"),
        ("motdepasse", "everybody tries first"),
        ("Password1", "everybody tries first"),
        ("Ben Student", "your own name"),
        ("bENstudent12!", "your own name"),
        ("aaaaaaaaaaaa", "same few characters"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(new: str, sentence: str, as_student: FlaskClient) -> None:
    answer = change(as_student, factories.PASSWORD, new)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_teacher_needs_two_characters_more(as_teacher: FlaskClient) -> None:
    assert "needs at least 10" in change(as_teacher, factories.PASSWORD, "ninechars").text


def test_two_different_passwords_are_not_taken(as_student: FlaskClient) -> None:
    assert "not the same" in change(as_student, factories.PASSWORD, NEW, "another one").text


def test_the_wrong_present_password_changes_nothing_and_is_counted(
    app: Flask, time: Time, as_student: FlaskClient, people: factories.People
) -> None:
    for _ in range(5):
        answer = change(as_student, "not it at all", NEW)

    assert "Too many wrong tries" in answer.text
    assert not can_sign_in(app, "ben", NEW)


@pytest.fixture
def with_card(app: Flask, people: factories.People, time: Time) -> FlaskClient:
    """Ben's browser after he typed the three words of his card, with capitals and spaces."""
    with app.app_context(), db.session.begin():
        ben = db.session.get(User, people.ben)
        set_password(db.session, ben, passwords.make_hash("beach-violin-lemon"), at=time.at, is_one_time=True)
    client = app.test_client()
    factories.post(client, "/auth/sign-in", {"login": "ben", "password": " Beach VIOLIN  lemon"})
    return client


def test_a_one_time_password_opens_only_the_page_that_replaces_it(with_card: FlaskClient) -> None:
    assert with_card.get("/courses").location.startswith("/auth/password")
    assert with_card.get("/auth/profile").location.startswith("/auth/password")
    assert "Present password" not in with_card.get("/auth/password").text


def test_after_a_password_of_ones_own_everything_is_open(with_card: FlaskClient, app: Flask) -> None:
    factories.post(with_card, "/auth/password", {"password": NEW, "repeated": NEW})

    assert with_card.get("/courses").status_code == 200
    assert can_sign_in(app, "ben", NEW)
    assert not can_sign_in(app, "ben", "beach-violin-lemon")


def link(app: Flask, time: Time, user_id: int, purpose: LinkPurpose) -> str:
    from datetime import timedelta

    with app.app_context(), db.session.begin():
        user = db.session.get(User, user_id)
        return make_link(db.session, purpose, at=time.at, lifetime=timedelta(hours=1), user=user)


def test_a_link_lets_its_holder_choose_a_password_once(
    app: Flask, client: FlaskClient, people: factories.People, time: Time
) -> None:
    path = "/auth/reset/" + link(app, time, people.ada, LinkPurpose.RESET_PASSWORD)

    answer = factories.post(client, path, {"password": NEW, "repeated": NEW})

    assert answer.status_code == 302
    assert client.get("/courses").status_code == 200
    assert client.get(path).status_code == 410
    assert can_sign_in(app, "ada", NEW)


@pytest.mark.parametrize("why", ["too old", "another purpose", "password changed since", "never made"])
def test_a_link_that_does_not_count_is_gone(
    why: str, app: Flask, client: FlaskClient, people: factories.People, time: Time
) -> None:
    purpose = LinkPurpose.INVITATION if why == "another purpose" else LinkPurpose.RESET_PASSWORD
    token = "made-up" if why == "never made" else link(app, time, people.ada, purpose)
    if why == "too old":
        time.forward(minutes=61)
    if why == "password changed since":
        with app.app_context(), db.session.begin():
            db.session.get(User, people.ada).set_password_hash("x")

    assert client.get("/auth/reset/" + token).status_code == 410


@pytest.fixture
def mailing(config: Config, time: Time) -> Iterator[Flask]:
    """An installation that sends e-mail."""
    app = create_app(replace(config, smtp_url="smtp://mail.example", mail_from="etude@school.example"))
    memory.clear()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with db.session.begin():
            db.session.add(School(id=1, name="École", locale="fr", zone="UTC", address="http://etude.lan:8000"))
        factories.user("Eve", "Mail", login="eve", email="eve@school.example", school_role=SchoolRole.TEACHER)
        factories.user("Noe", "Mailless", login="noe")
    yield app
    with app.app_context():
        db.engine.dispose()
    memory.clear()


@pytest.mark.parametrize("login", ["eve", "EVE@school.example", "noe", "nobody"])
def test_asking_for_a_link_says_the_same_to_everybody(login: str, mailing: Flask) -> None:
    client = mailing.test_client()

    answer = factories.post(client, "/auth/forgot?lang=en", {"login": login})

    assert answer.status_code == 200
    assert "is on its way" in answer.text or "est en route" in answer.text
    with mailing.app_context():
        assert db.session.query(TaskMessage).count() == (1 if login.lower().startswith("eve") else 0)


def test_the_link_in_an_email_leads_to_the_schools_own_address(mailing: Flask) -> None:
    client = mailing.test_client()

    page = client.get("/auth/forgot", base_url="http://evil.example").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)

    client.post("/auth/forgot", base_url="http://evil.example", data={"csrf_token": token, "login": "eve"})

    with mailing.app_context():
        body = db.session.query(TaskMessage).one().body.decode()
    assert "http://etude.lan:8000/auth/reset/" in body
    assert "evil.example" not in body


def test_without_mail_the_page_says_whom_to_ask(client: FlaskClient, people: factories.People) -> None:
    page = client.get("/auth/forgot").text

    assert "ask your teacher" in page
    assert "<form class" not in page


def first_admin_token(app: Flask, time: Time) -> str:
    from datetime import timedelta

    with app.app_context(), db.session.begin():
        return make_link(db.session, LinkPurpose.CREATE_ADMIN, at=time.at, lifetime=timedelta(days=2))


ADMIN = {
    "given_name": "Ada",
    "family_name": "Lovelace",
    "login": "ada.l",
    "password": NEW,
    "repeated": NEW,
    "school_name": "École des Pins",
    "locale": "fr",
    "zone": "America/Moncton",
    "contact": "Ada Lovelace, bureau 12",
    "address": "http://etude.lan:8000/",
}


def test_the_first_page_is_filled_with_what_the_start_asked(client: FlaskClient, app: Flask, time: Time) -> None:
    page = client.get("/auth/first-admin/" + first_admin_token(app, time)).text

    assert 'value="École de test"' in page
    assert re.search(r'<option selected value="America/Toronto"', page)


def test_the_first_admin_describes_the_school_and_teaches_the_sample_course(
    client: FlaskClient, app: Flask, time: Time
) -> None:
    with app.app_context():
        course_id = factories.course(code="SAMPLE", owner_id=None).id

    answer = factories.post(client, "/auth/first-admin/" + first_admin_token(app, time), ADMIN)

    assert answer.status_code == 302
    with app.app_context():
        school, admin = School.get(db.session), db.session.query(User).one()
        assert (school.name, school.locale, school.zone) == ("École des Pins", "fr", "America/Moncton")
        assert school.address == "http://etude.lan:8000"
        assert admin.is_admin
        assert Enrolment.get_for(db.session, course_id, admin.id).role == "teacher"
        assert db.session.get(Course, course_id).owner_id == admin.id
    assert "École des Pins" in client.get("/auth/profile").text, "the new name is shown at once"


def test_the_first_admins_link_works_once(client: FlaskClient, app: Flask, time: Time) -> None:
    path = "/auth/first-admin/" + first_admin_token(app, time)
    factories.post(client, path, ADMIN)

    assert app.test_client().get(path).status_code == 410


def test_a_user_name_that_is_taken_is_said_at_its_field(
    client: FlaskClient, app: Flask, time: Time, people: factories.People
) -> None:
    path = "/auth/first-admin/" + first_admin_token(app, time)

    answer = factories.post(client, path, {**ADMIN, "login": "ADA"})

    assert answer.status_code == 422
    assert "Somebody has this user name already." in answer.text
    assert client.get(path).status_code == 200, "the link is not used up"
