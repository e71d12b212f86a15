"""Each layer of docs/explanation/security-layers.md, shown alone refusing: everything before and after it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.extensions import db, limiter
from etude.models import Enrolment, User, UserSession
from etude.models.course import CourseRole
from etude.models.user import SchoolRole
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

UNLOCK = "/enrolments/{}/unlock"


@pytest.fixture
def ben(app: Flask, people: factories.People) -> int:
    """Ben's enrolment."""
    with app.app_context():
        return Enrolment.get_for(db.session, people.course, people.ben).id


def test_when_every_layer_agrees_it_is_done(as_teacher: FlaskClient, ben: int) -> None:
    assert factories.post(as_teacher, UNLOCK.format(ben)).status_code == 302


def test_1_the_rate_limit_refuses_what_is_asked_too_often(client: FlaskClient, people: factories.People) -> None:
    token = factories.csrf(client)
    data = {"csrf_token": token, "login": "nobody", "password": "not the password"}
    statuses = [client.post("/auth/sign-in", data=data).status_code for _ in range(16)]

    assert statuses[:15] == [422] * 15
    assert statuses[15] == 429


def test_1_the_rate_limit_refuses_even_what_every_other_layer_would_take(
    client: FlaskClient, people: factories.People
) -> None:
    right = {"csrf_token": factories.csrf(client), "login": "ben", "password": factories.PASSWORD}
    for _ in range(15):
        client.post("/auth/sign-in", data={"login": "ben"})

    assert client.post("/auth/sign-in", data=right).status_code == 429


def test_1_the_rate_limit_comes_before_the_token(client: FlaskClient, people: factories.People) -> None:
    answers = [client.post("/auth/sign-in", data={"login": "ben", "password": "x"}) for _ in range(16)]

    assert answers[0].status_code == 400
    assert answers[15].status_code == 429
    assert 1 <= int(answers[15].headers["Retry-After"]) <= 60


def test_1_a_class_behind_one_address_is_not_hit_by_the_limit_of_one_account(
    app: Flask, people: factories.People
) -> None:
    with app.app_context():
        logins = [factories.user("Sam", f"Student{n}", login=f"sam{n}").login for n in range(35)]
    statuses = []
    for login in logins:
        client = app.test_client()
        for password in ("mistyped", factories.PASSWORD):
            answer = factories.post(client, "/auth/sign-in", {"login": login, "password": password})
            statuses.append(answer.status_code)

    assert statuses == [422, 302] * 35


def test_1_signed_in_people_of_one_address_are_counted_apart(
    app: Flask, as_student: FlaskClient, as_outsider: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = []
    monkeypatch.setattr(limiter, "_key_func", None)
    for client in (as_student, as_outsider):
        with client:
            client.get("/courses")
            from etude.extensions import who_asks

            keys.append(who_asks())

    assert keys[0] != keys[1]
    assert all(key.startswith("session:") for key in keys)


def test_2_a_form_that_is_not_ours_is_refused(as_teacher: FlaskClient, ben: int) -> None:
    assert as_teacher.post(UNLOCK.format(ben)).status_code == 400
    assert as_teacher.post(UNLOCK.format(ben), data={"csrf_token": "made-up"}).status_code == 400


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/forgot", "/join"])
def test_2_a_form_that_everybody_may_send_is_refused_without_its_token(path: str, client: FlaskClient) -> None:
    assert client.post(path, data={"login": "ben", "password": "x", "code": "KLMNPQ"}).status_code == 400


def test_2_a_token_of_another_session_is_refused(as_teacher: FlaskClient, as_student: FlaskClient, ben: int) -> None:
    foreign = factories.csrf(as_student, "/auth/profile")

    assert as_teacher.post(UNLOCK.format(ben), data={"csrf_token": foreign}).status_code == 400


@pytest.mark.parametrize("why", ["none", "made up", "ended", "idle", "older than the account's last change"])
def test_3_without_an_open_session_nobody_is_known(
    why: str, time: Time, app: Flask, as_teacher: FlaskClient, client: FlaskClient, people: factories.People, ben: int
) -> None:
    browser = client if why in ("none", "made up") else as_teacher
    if why == "made up":
        with client.session_transaction() as cookie:
            cookie["sid"] = "x" * 43
    with app.app_context(), db.session.begin():
        if why == "ended":
            db.session.query(UserSession).one().ended_at = time.at
        if why.startswith("older"):
            db.session.get(User, people.ada).session_epoch += 1
    if why == "idle":
        time.forward(minutes=61)

    answer = factories.post(browser, UNLOCK.format(ben))

    assert answer.status_code == 302
    assert answer.location.startswith("/auth/sign-in")


@pytest.mark.parametrize("state", ["deleted", "one-time password"])
def test_4_an_account_that_may_not_be_used_is_held(
    state: str, time: Time, app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int
) -> None:
    token = factories.csrf(as_teacher, "/auth/profile")
    with app.app_context(), db.session.begin():
        ada = db.session.get(User, people.ada)
        if state == "deleted":
            ada.delete(time.at, None)
        else:
            ada.must_change_password = True

    answer = as_teacher.post(UNLOCK.format(ben), data={"csrf_token": token})

    expected = "/auth/sign-in" if state == "deleted" else "/auth/password"
    assert answer.location.startswith(expected)


def test_4_a_locked_account_does_not_sign_in_with_the_right_password(
    time: Time, app: Flask, client: FlaskClient, people: factories.People
) -> None:
    from datetime import timedelta

    with app.app_context(), db.session.begin():
        db.session.get(User, people.ben).locked_until = time.at + timedelta(minutes=1)

    answer = factories.post(client, "/auth/sign-in", {"login": "ben", "password": factories.PASSWORD})

    assert answer.status_code == 422


def test_5_without_the_second_factor_nothing_is_open(
    app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int
) -> None:
    token = factories.csrf(as_teacher, "/auth/profile")
    with app.app_context(), db.session.begin():
        db.session.get(User, people.ada).totp_secret = "JBSWY3DPEHPK3PXP"

    answer = as_teacher.post(UNLOCK.format(ben), data={"csrf_token": token})
    as_json = as_teacher.get("/courses", headers={"HX-Request": "true"})

    assert answer.location.startswith("/auth/code")
    assert as_json.status_code == 401


def test_6_who_lacks_the_permission_is_refused(as_student: FlaskClient, ben: int) -> None:
    assert factories.post(as_student, UNLOCK.format(ben)).status_code == 403


def test_7_an_object_of_a_course_one_is_not_in_does_not_exist(app: Flask, as_outsider: FlaskClient, ben: int) -> None:
    with app.app_context():
        dan = factories.user("Dan", "Other", school_role=SchoolRole.TEACHER).id
        factories.enrolment(factories.course().id, dan, CourseRole.TEACHER)
    a_teacher_elsewhere = factories.sign_in(app, dan)

    for browser in (a_teacher_elsewhere, as_outsider):
        assert factories.post(browser, UNLOCK.format(ben)).status_code == 404
        assert factories.post(browser, UNLOCK.format(999_999)).status_code == 404


def test_7_the_account_of_a_colleague_is_no_object_of_a_teacher(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        ada = Enrolment.get_for(db.session, people.course, people.ada).id

    assert factories.post(as_teacher, UNLOCK.format(ada)).status_code == 422


def test_8_a_form_with_a_wrong_value_changes_nothing(
    app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int
) -> None:
    answer = factories.post(as_teacher, f"/enrolments/{ben}", {"role": "emperor", "section": "0"})

    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get(Enrolment, ben).role == "student"


def test_the_layers_refuse_in_the_documented_order(
    time: Time,
    app: Flask,
    people: factories.People,
    client: FlaskClient,
    ben: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A request that is wrong in every way is put right one layer after the other: each time the next one refuses."""
    with app.app_context():
        ann = factories.user("Ann", "Wrong", must_change_password=True, totp_secret="JBSWY3DPEHPK3PXP").id
    stranger = factories.sign_in(app, ann)
    path, data = f"/enrolments/{ben}", {"role": "emperor", "section": "0"}

    def ask(browser: FlaskClient) -> tuple[int, str]:
        answer = browser.post(path, data=data)
        return answer.status_code, (answer.location or "").partition("?")[0]

    with monkeypatch.context() as flooded:
        flooded.setattr(limiter.limiter, "hit", lambda *_limit, **_more: False)
        asked = [ask(client)]
    asked.append(ask(client))
    data["csrf_token"] = factories.csrf(client)
    asked.append(ask(client))
    del data["csrf_token"]
    asked.append(ask(stranger))
    data["csrf_token"] = factories.csrf(stranger, "/auth/code")
    asked.append(ask(stranger))
    give_code(app, ann, time)
    asked.append(ask(stranger))
    change(app, ann, must_change_password=False)
    asked.append(ask(stranger))
    with app.app_context():
        factories.enrolment(people.course, ann)
    asked.append(ask(stranger))
    change(app, ann, school_role=SchoolRole.TEACHER)
    with app.app_context(), db.session.begin():
        Enrolment.get_for(db.session, people.course, ann).role = CourseRole.TEACHER
    asked.append(ask(stranger))
    data["role"] = "assistant"
    asked.append(ask(stranger))

    assert asked == [
        (429, ""),
        (401, ""),  # nobody is signed in and no token: the token is missed first, in words for who was signed out
        (302, "/auth/sign-in"),
        (400, ""),
        (302, "/auth/code"),
        (302, "/auth/password"),
        (404, ""),
        (403, ""),
        (422, ""),
        (302, path),
    ]


def change(app: Flask, user_id: int, **values: object) -> None:
    with app.app_context(), db.session.begin():
        user = db.session.get(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)


def give_code(app: Flask, user_id: int, time: Time) -> None:
    with app.app_context(), db.session.begin():
        db.session.scalars(
            sa.select(UserSession).where(UserSession.user_id == user_id)
        ).one().second_factor_at = time.at


def test_a_signed_in_request_costs_one_query_for_session_and_account(app: Flask, as_student: FlaskClient) -> None:
    as_student.get("/help")
    with count_queries(app) as queries:
        as_student.get("/auth/profile")

    assert queries.count == 1
