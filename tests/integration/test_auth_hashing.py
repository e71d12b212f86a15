"""Every way in and every new password: the hash, slow on purpose, is computed while no transaction is open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from etude.extensions import db
from etude.features.accounts import services as account_services
from etude.features.accounts.services import AccountValues
from etude.models import Course, Enrolment, User
from etude.models.user import LinkPurpose, passwords
from etude.models.user.operations import make_link
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

CODE = "KLMNPQ"
NEW = {"password": "three geese in a row", "repeated": "three geese in a row"}
PRESENT = {"present": factories.PASSWORD}


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each hash that was computed or checked, whether a transaction was open meanwhile."""
    seen: list[bool] = []
    compute = passwords._compute

    def watched(*args: object, **kwargs: object) -> object:
        seen.append(db.session.is_writing())
        return compute(*args, **kwargs)

    monkeypatch.setattr(passwords, "_compute", watched)
    return seen


def sign_in(browser: FlaskClient, app: Flask, people: factories.People, at: object) -> None:
    factories.post(browser, "/auth/sign-in", {"login": "ben", "password": factories.PASSWORD})


def sign_in_with_an_old_hash(browser: FlaskClient, app: Flask, people: factories.People, at: object) -> None:
    from werkzeug.security import generate_password_hash

    with app.app_context(), db.session.begin():
        db.session.get(User, people.ben).password_hash = generate_password_hash(factories.PASSWORD, "scrypt:128:1:1")
    sign_in(browser, app, people, at)
    with app.app_context():
        assert db.session.get(User, people.ben).password_hash.startswith(passwords.METHOD)


def change_the_password(_browser: FlaskClient, app: Flask, people: factories.People, _at: object) -> None:
    factories.post(factories.sign_in(app, people.ben), "/auth/password", {**PRESENT, **NEW})


def use_a_link(browser: FlaskClient, app: Flask, people: factories.People, at: object) -> None:
    with app.app_context(), db.session.begin():
        user = db.session.get(User, people.ada)
        token = make_link(db.session, LinkPurpose.RESET_PASSWORD, at=at, lifetime=timedelta(hours=1), user=user)
    factories.post(browser, f"/auth/reset/{token}", NEW)


def become_the_first_admin(browser: FlaskClient, app: Flask, people: factories.People, at: object) -> None:
    with app.app_context(), db.session.begin():
        token = make_link(db.session, LinkPurpose.CREATE_ADMIN, at=at, lifetime=timedelta(hours=1))
    person = {"given_name": "Al", "family_name": "Root", "login": "al", "email": ""}
    school = {"school_name": "École", "locale": "en", "zone": "America/Toronto", "contact": "Al", "address": ""}
    factories.post(browser, f"/auth/first-admin/{token}", {**person, **school, **NEW})


def claim_a_name(browser: FlaskClient, app: Flask, people: factories.People, at: object) -> None:
    with app.app_context():
        emma = factories.user("Emma", "Tremblay", password_hash=None).id
        place = factories.enrolment(people.course, emma).id
        with db.session.begin():
            course = db.session.get(Course, people.course)
            course.class_code, course.claims_open_until = CODE, at + timedelta(minutes=20)
    factories.post(browser, f"/join/{CODE}/name?place={place}", NEW)


def _bens_place(app: Flask, people: factories.People) -> int:
    with app.app_context():
        return Enrolment.get_for(db.session, people.course, people.ben).id


def give_three_words(_browser: FlaskClient, app: Flask, people: factories.People, _at: object) -> None:
    path = f"/enrolments/{_bens_place(app, people)}/password"
    factories.post(factories.sign_in(app, people.ada), path, {"epoch": "0"})


def print_cards(_browser: FlaskClient, app: Flask, people: factories.People, _at: object) -> None:
    chosen = {"students": f"{_bens_place(app, people)}:0"}
    factories.post(factories.sign_in(app, people.ada), f"/courses/{people.course}/cards", chosen)


def reset_as_admin(_browser: FlaskClient, app: Flask, people: factories.People, _at: object) -> None:
    factories.post(factories.sign_in(app, people.admin), f"/school/accounts/{people.ben}/reset")


def remove_the_second_step(_browser: FlaskClient, app: Flask, people: factories.People, at: object) -> None:
    factories.post(factories.sign_in(app, people.ada), "/auth/second-factor/remove", PRESENT)


def create_on_the_command_line(_browser: FlaskClient, app: Flask, people: factories.People, _at: object) -> None:
    with app.app_context():
        account_services.create_user(AccountValues(given_name="Al", family_name="Root", login="al"), "three geese run")


@pytest.mark.parametrize(
    "act",
    [
        sign_in,
        sign_in_with_an_old_hash,
        change_the_password,
        use_a_link,
        become_the_first_admin,
        claim_a_name,
        give_three_words,
        print_cards,
        reset_as_admin,
        remove_the_second_step,
        create_on_the_command_line,
    ],
    ids=lambda act: act.__name__,
)
def test_no_transaction_is_open_while_a_password_is_hashed(
    act: Callable[..., None], app: Flask, client: FlaskClient, people: factories.People, time: Time, hashed: list[bool]
) -> None:
    act(client, app, people, time.at)

    assert hashed
    assert not any(hashed)
