from __future__ import annotations

from typing import TYPE_CHECKING

from etude.extensions import db
from etude.models import AuditEntry, User, UserSession
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

CHOICES = {"locale": "fr", "theme": "dark", "zone": "America/Vancouver"}


def test_language_colours_and_zone_are_kept(app: Flask, as_student: FlaskClient, people: factories.People) -> None:
    factories.post(as_student, "/auth/profile", CHOICES)

    page = as_student.get("/auth/profile").text
    assert '<html lang="fr" data-theme="dark"' in page
    with app.app_context():
        assert db.session.get(User, people.ben).zone == "America/Vancouver"


def test_a_student_does_not_change_the_name_of_the_roster(
    app: Flask, as_student: FlaskClient, people: factories.People
) -> None:
    factories.post(as_student, "/auth/profile", {**CHOICES, "given_name": "King", "family_name": "Kong"})

    with app.app_context():
        assert db.session.get(User, people.ben).name == "Ben Student"


def test_a_teacher_changes_the_name_shown_and_it_is_audited(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    factories.post(as_teacher, "/auth/profile", {**CHOICES, "given_name": "Ada", "family_name": "Byron King"})

    with app.app_context():
        assert db.session.get(User, people.ada).name == "Ada Byron King"
        assert AuditEntry.get_last(db.session).tag == "account:user:updated"


def test_a_made_up_zone_is_refused(as_student: FlaskClient) -> None:
    assert factories.post(as_student, "/auth/profile", {**CHOICES, "zone": "Mars/Base"}).status_code == 422


def session_ids(app: Flask, user_id: int) -> list[int]:
    with app.app_context():
        return [row.id for row in db.session.query(UserSession).filter_by(user_id=user_id).order_by(UserSession.id)]


def test_a_sign_in_elsewhere_is_listed_and_can_be_ended(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    other = factories.sign_in(app, people.ada)
    _own_id, other_id = session_ids(app, people.ada)
    page = as_teacher.get("/auth/sessions").text

    factories.post(as_teacher, f"/auth/sessions/{other_id}/end")

    assert "this browser" in page
    assert f"/auth/sessions/{other_id}/end" in page
    assert other.get("/courses").status_code == 302
    assert as_teacher.get("/courses").status_code == 200


def test_all_the_others_are_ended_at_once(app: Flask, as_teacher: FlaskClient, people: factories.People) -> None:
    others = [factories.sign_in(app, people.ada) for _ in range(2)]

    answer = factories.post(as_teacher, "/auth/sessions/end-others", follow_redirects=True)

    assert "2 other sign-ins have ended." in answer.text
    assert [other.get("/courses").status_code for other in others] == [302, 302]


def test_nobody_ends_the_sign_in_of_somebody_else(
    app: Flask, as_outsider: FlaskClient, as_student: FlaskClient, people: factories.People
) -> None:
    (ben_id,) = session_ids(app, people.ben)

    answer = factories.post(as_outsider, f"/auth/sessions/{ben_id}/end")

    assert answer.status_code == 404
    assert as_student.get("/courses").status_code == 200


def test_ending_the_own_sign_in_leads_to_the_sign_in_page(
    app: Flask, as_student: FlaskClient, people: factories.People
) -> None:
    (own_id,) = session_ids(app, people.ben)

    assert factories.post(as_student, f"/auth/sessions/{own_id}/end").location == "/auth/sign-in"
    assert as_student.get("/courses").status_code == 302
