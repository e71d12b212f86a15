"""A browser that somebody else is still signed in on: whoever comes next takes it over, and the audit log tells."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.audit import AuditTag
from etude.extensions import db
from etude.models import AuditEntry, Course, User, UserSession
from etude.models.user import LinkPurpose, SchoolRole
from etude.models.user.operations import make_link
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

CODE = "KLMNPQ"
NEW = "three geese in a row"
WORDS = "beach-violin-lemon"


def claim_a_name(app: Flask, browser: FlaskClient, people: factories.People, time: Time) -> int:
    with app.app_context():
        emma_id = factories.user("Emma", "Tremblay", password_hash=None).id
        place_id = factories.enrolment(people.course, emma_id).id
        with db.session.begin():
            course = db.session.get(Course, people.course)
            course.class_code, course.claims_open_until = CODE, time.at + timedelta(minutes=20)
    factories.post(browser, f"/join/{CODE}/name?place={place_id}", {"password": NEW, "repeated": NEW})
    return emma_id


def use_a_link(purpose: LinkPurpose) -> Callable[..., int]:
    def use(app: Flask, browser: FlaskClient, people: factories.People, time: Time) -> int:
        path = "invitation" if purpose is LinkPurpose.INVITATION else "reset"
        with app.app_context():
            dan = factories.user("Dan", "Colleague", school_role=SchoolRole.TEACHER)
            with db.session.begin():
                user = db.session.get(User, dan.id)
                token = make_link(db.session, purpose, at=time.at, lifetime=timedelta(hours=1), user=user)
        factories.post(browser, f"/auth/{path}/{token}", {"password": NEW, "repeated": NEW})
        return dan.id

    return use


def sign_in_with_a_card(app: Flask, browser: FlaskClient, people: factories.People, time: Time) -> int:
    from etude.models.user import passwords

    token = factories.csrf(browser, "/auth/profile")
    with app.app_context():
        fay = factories.user(
            "Fay", "Card", login="fay", password_hash=passwords.make_hash(WORDS), must_change_password=True
        )
    browser.post("/auth/sign-in", data={"csrf_token": token, "login": "fay", "password": WORDS})
    return fay.id


@pytest.mark.parametrize(
    "way_in",
    [claim_a_name, use_a_link(LinkPurpose.INVITATION), use_a_link(LinkPurpose.RESET_PASSWORD), sign_in_with_a_card],
    ids=["claims a name", "uses an invitation", "uses a reset link", "signs in with a card"],
)
def test_who_comes_next_ends_the_sign_in_of_the_one_before(
    way_in: Callable[..., int], app: Flask, people: factories.People, time: Time
) -> None:
    browser = factories.sign_in(app, people.ben)

    newcomer_id = way_in(app, browser, people, time)

    with app.app_context():
        rows = {row.user_id: row.ended_at for row in db.session.scalars(sa.select(UserSession))}
        assert rows == {people.ben: time.at, newcomer_id: None}
        told = db.session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.tag == AuditTag.LOGOUT.value)
            .options(sa.orm.selectinload(AuditEntry.detail))
        ).one()
        assert (told.actor_id, told.target_id) == (people.ben, people.ben)
        assert told.detail.document["replaced_by"] == db.session.get(User, newcomer_id).name


def test_the_cookie_of_the_one_before_opens_nothing_any_more(app: Flask, people: factories.People, time: Time) -> None:
    browser = factories.sign_in(app, people.ben)
    with browser.session_transaction() as cookie:
        kept = cookie["sid"]

    claim_a_name(app, browser, people, time)

    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["sid"] = kept
    assert thief.get("/courses").status_code == 302


def test_signing_in_anew_on_ones_own_browser_leaves_one_open_sign_in(app: Flask, people: factories.People) -> None:
    browser = factories.sign_in(app, people.ben)
    token = factories.csrf(browser, "/auth/profile")

    browser.post("/auth/sign-in", data={"csrf_token": token, "login": "ben", "password": factories.PASSWORD})

    with app.app_context():
        assert UserSession.count_open(db.session, people.ben) == 1


def test_a_wrong_password_signs_nobody_out(app: Flask, people: factories.People) -> None:
    browser = factories.sign_in(app, people.ben)
    token = factories.csrf(browser, "/auth/profile")

    answer = browser.post("/auth/sign-in", data={"csrf_token": token, "login": "cy", "password": "wrong"})

    assert answer.status_code == 422
    assert browser.get("/courses").status_code == 200


@pytest.mark.parametrize("purpose", [LinkPurpose.INVITATION, LinkPurpose.RESET_PASSWORD])
def test_a_link_names_who_will_be_signed_out(
    purpose: LinkPurpose, app: Flask, people: factories.People, time: Time
) -> None:
    browser = factories.sign_in(app, people.ben)
    path = "invitation" if purpose is LinkPurpose.INVITATION else "reset"
    with app.app_context(), db.session.begin():
        user = db.session.get(User, people.ada)
        token = make_link(db.session, purpose, at=time.at, lifetime=timedelta(hours=1), user=user)

    page = browser.get(f"/auth/{path}/{token}").text

    assert "Ben Student is signed in on this browser and will be signed out." in page
