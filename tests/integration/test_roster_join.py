from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

import pytest

from etude.extensions import db
from etude.models import AuditEntry, Course, Enrolment, User
from tests import factories
from tests.audited import audited
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

CODE = "KLMNPQ"
PASSWORD = "three geese in a row"


@pytest.fixture
def place(app: Flask, people: factories.People, time: Time) -> int:
    """The enrolment of Emma, whom nobody has claimed, in an open class."""
    from datetime import timedelta

    with app.app_context():
        emma = factories.user("Emma", "Tremblay", login="emma.tremblay", password_hash=None)
        enrolment = factories.enrolment(people.course, emma.id)
        with db.session.begin():
            course = db.session.get(Course, people.course)
            course.class_code, course.claims_open_until = CODE, time.at + timedelta(minutes=20)
        return enrolment.id


def claim(client: FlaskClient, place: int, password: str = PASSWORD, again: str = "") -> object:
    return factories.post(
        client, f"/join/{CODE}/name?place={place}", {"password": password, "repeated": again or password}
    )


@pytest.mark.parametrize("typed", [CODE, "klm npq", " KLM-NPQ "])
def test_the_code_leads_to_the_free_names(typed: str, client: FlaskClient, place: int) -> None:
    answer = factories.post(client, "/join", {"code": typed}, follow_redirects=True)

    assert "Tremblay, Emma" in answer.text
    assert "Ben" not in answer.text, "a name that has a password is not free"


@pytest.mark.parametrize("why", ["wrong", "closed", "over", "archived"])
def test_a_code_that_opens_nothing_says_the_same_whatever_the_reason(
    why: str, client: FlaskClient, app: Flask, people: factories.People, place: int, time: Time
) -> None:
    with app.app_context(), db.session.begin():
        course = db.session.get(Course, people.course)
        if why == "closed":
            course.claims_open_until = None
        if why == "archived":
            course.archived_at = time.at
    if why == "over":
        time.forward(minutes=21)

    answer = factories.post(client, "/join", {"code": "AAAAAA" if why == "wrong" else CODE})

    assert answer.status_code == 422
    assert "This code opens no class at the moment." in answer.text


def test_a_student_claims_the_name_and_is_in(
    client: FlaskClient, app: Flask, people: factories.People, place: int
) -> None:
    answer = claim(client, place)

    assert answer.location == f"/courses/{people.course}"
    assert client.get(answer.location).status_code == 200
    with app.app_context():
        emma = User.get_by_login(db.session, "emma.tremblay")
        assert emma.claimed_at is not None
        assert AuditEntry.get_last(db.session).tag == "account:claim:made"
    signed_in = factories.post(app.test_client(), "/auth/sign-in", {"login": "Emma.Tremblay", "password": PASSWORD})
    assert signed_in.status_code == 302


def test_a_claimed_name_is_no_longer_in_the_list(client: FlaskClient, app: Flask, place: int) -> None:
    claim(client, place)

    second = claim(app.test_client(), place)

    assert second.location == f"/join/{CODE}"
    assert "Every name is taken" in app.test_client().get(second.location).text


def test_of_two_who_claim_one_name_at_once_one_gets_it(app: Flask, place: int) -> None:
    clients = [app.test_client() for _ in range(4)]
    tokens = [factories.csrf(client) for client in clients]
    barrier, answers = threading.Barrier(len(clients)), []

    def go(client: FlaskClient, token: str) -> None:
        barrier.wait()
        data = {"csrf_token": token, "password": PASSWORD, "repeated": PASSWORD}
        answers.append(client.post(f"/join/{CODE}/name?place={place}", data=data))

    threads = [threading.Thread(target=go, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(answer.location.startswith("/courses/") for answer in answers) == 1
    assert sum(answer.location == f"/join/{CODE}" for answer in answers) == len(clients) - 1


@pytest.mark.parametrize(("password", "sentence"), [("short", "at least 8"), ("motdepasse", "everybody tries"),
                                                    ("emmatremblay", "your own name")])  # fmt: skip
def test_a_weak_password_is_refused(password: str, sentence: str, client: FlaskClient, place: int) -> None:
    answer = claim(client, place, password)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_name_of_another_course_cannot_be_claimed_with_this_code(
    client: FlaskClient, app: Flask, people: factories.People, place: int
) -> None:
    with app.app_context():
        other = factories.course().id
        noah_id = factories.user("Noah", "Roy", password_hash=None).id
        elsewhere = factories.enrolment(other, noah_id).id

    assert claim(client, elsewhere).location == f"/join/{CODE}"
    with app.app_context():
        assert db.session.get(User, noah_id).password_hash is None


def test_two_of_one_name_are_told_apart_in_the_list(
    client: FlaskClient, app: Flask, people: factories.People, place: int
) -> None:
    with app.app_context():
        other = factories.user("Emma", "Tremblay", login="emma.tremblay2", password_hash=None)
        factories.enrolment(people.course, other.id)

    page = client.get(f"/join/{CODE}").text

    assert "emma.tremblay<" in page
    assert "emma.tremblay2<" in page


def test_names_sort_by_family_name_with_accents_apart(
    client: FlaskClient, app: Flask, people: factories.People, place: int
) -> None:
    with app.app_context():
        for given, family in (("Zoé", "Éthier"), ("Ali", "Zhou"), ("Ève", "Aubé"), ("Léo", "Éthier")):
            factories.enrolment(people.course, factories.user(given, family, password_hash=None).id)

    shown = re.findall(r"<span>(\S+), (\S+)</span>", client.get(f"/join/{CODE}").text)

    assert [f"{family} {given}" for family, given in shown] == [
        "Aubé Ève", "Éthier Léo", "Éthier Zoé", "Tremblay Emma", "Zhou Ali",
    ]  # fmt: skip


def test_the_one_before_who_forgot_to_sign_out_is_named(place: int, as_student: FlaskClient) -> None:
    assert "Ben Student is still signed in" in as_student.get(f"/join/{CODE}").text


def test_the_teacher_opens_closes_and_renews_the_code(
    place: int, app: Flask, as_teacher: FlaskClient, client: FlaskClient, people: factories.People
) -> None:
    page = f"/courses/{people.course}/class-code"
    factories.post(as_teacher, page + "/close")
    closed = client.get(f"/join/{CODE}").status_code
    factories.post(as_teacher, page, {"minutes": "20"})
    opened = client.get(f"/join/{CODE}").status_code
    shown = as_teacher.get(page).text
    factories.post(as_teacher, page + "/renew")

    assert (closed, opened, client.get(f"/join/{CODE}").status_code) == (302, 200, 302)
    assert CODE in shown
    assert "data:image/svg+xml" in shown
    assert "1 of 2 students are in" in shown


def test_the_teacher_sees_a_claim_and_can_undo_it(
    place: int, app: Flask, as_teacher: FlaskClient, client: FlaskClient, people: factories.People
) -> None:
    claim(client, place)
    seen = as_teacher.get(f"/enrolments/{place}").text

    factories.post(as_teacher, f"/enrolments/{place}/undo-claim")

    assert "Claimed" in seen
    assert client.get("/courses").status_code == 302, "whoever took it is signed out"
    assert "Tremblay, Emma" in app.test_client().get(f"/join/{CODE}").text
    with app.app_context():
        assert db.session.get(Enrolment, place) is not None
    assert "account:claim:undone" in audited(app)
