"""One builder per model, with values that are right unless a test says otherwise; and signing in without a form."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from itsdangerous import URLSafeTimedSerializer

from etude.content import document_bytes
from etude.core import clock
from etude.extensions import db
from etude.models import Activity, ActivityVersion, Assignment, Course, Enrolment, Section, User, UserSession
from etude.models.course import CourseRole
from etude.models.user import SchoolRole, passwords
from etude.models.user.session import digest
from etude.web.request import SESSION_KEY

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


@cache
def password_hash() -> str:
    """The hash of PASSWORD, computed once for all tests."""
    return passwords.make_hash(PASSWORD)


@dataclass(frozen=True)
class People:
    """Ids of the people of the tests and of the course that Ada teaches."""

    admin: int
    ada: int
    ben: int
    cy: int
    course: int


def add(row: Any) -> Any:
    """Save one row in a transaction of its own."""
    with db.session.begin():
        db.session.add(row)
    return row


def user(given_name: str = "Dee", family_name: str = "Doe", **values: Any) -> User:
    number = next(_numbers)
    defaults = {
        "login": f"{given_name.lower()}.{number}",
        "password_hash": password_hash(),
        "school_role": SchoolRole.STUDENT,
    }
    return add(User(given_name=given_name, family_name=family_name, **{**defaults, **values}))


def course(**values: Any) -> Course:
    number = next(_numbers)
    defaults = {"code": f"ICS3U-{number}", "title": "Computer Science", "locale": "en", "zone": "America/Toronto"}
    return add(Course(**{**defaults, **values}))


def enrolment(course_id: int, user_id: int, role: CourseRole = CourseRole.STUDENT, **values: Any) -> Enrolment:
    """An enrolment; a student's is the course's own unless `confirmed_at` is None."""
    defaults = {"confirmed_at": clock.now()}
    return add(Enrolment(course_id=course_id, user_id=user_id, role=role, **{**defaults, **values}))


def section(course_id: int, name: str = "A", **values: Any) -> Section:
    return add(Section(course_id=course_id, name=name, **values))


def activity(document: dict[str, Any] | None = None, *, kind: str = "code", **values: Any) -> Activity:
    """An activity with one version; `document` is what `content.to_document()` gives."""
    number = next(_numbers)
    defaults = {"slug": f"activity-{number}", "title_fr": f"Activité {number}", "title_en": f"Activity {number}"}
    row = add(Activity(kind=kind, **{**defaults, **values}))
    version = add(
        ActivityVersion(
            activity_id=row.id,
            number=1,
            digest=hashlib.sha256(document_bytes(document or {"number": number})).hexdigest(),
            points=Decimal(10),
            document=document or {},
            made_at=clock.now(),
        )
    )
    with db.session.begin():
        row = db.session.get(Activity, row.id)
        row.latest_version_id = version.id
    return row


def assignment(course_id: int, activity_id: int, **values: Any) -> Assignment:
    defaults = {"position": next(_numbers), "points": Decimal(10)}
    return add(Assignment(course_id=course_id, activity_id=activity_id, **{**defaults, **values}))


def people() -> People:
    """Ada with her course, Ben in it, Cy outside and an admin; in one transaction, since most tests begin with it."""
    at, hashed = clock.now(), password_hash()
    with db.session.begin():
        accounts = [
            User(given_name=given, family_name=family, login=login, password_hash=hashed, school_role=role)
            for given, family, login, role in (
                ("Root", "Admin", "root", SchoolRole.ADMIN),
                ("Ada", "Teacher", "ada", SchoolRole.TEACHER),
                ("Ben", "Student", "ben", SchoolRole.STUDENT),
                ("Cy", "Outsider", "cy", SchoolRole.STUDENT),
            )
        ]
        db.session.add_all(accounts)
        db.session.flush()
        admin, ada, ben, cy = (account.id for account in accounts)
        ics = Course(code="ICS3U", title="Computer Science", locale="en", zone="America/Toronto", owner_id=ada)
        db.session.add(ics)
        db.session.flush()
        for user_id, role in ((ada, CourseRole.TEACHER), (ben, CourseRole.STUDENT)):
            db.session.add(Enrolment(course_id=ics.id, user_id=user_id, role=role, confirmed_at=at))
        return People(admin, ada, ben, cy, ics.id)


def sign_in(app: Flask, user_id: int) -> FlaskClient:
    """Return a browser with an open session of this account, without going through the form."""
    secret = secrets.token_urlsafe(16)
    with app.app_context():
        at = clock.now()
        account = db.session.get(User, user_id)
        add(
            UserSession(
                user_id=user_id, secret_hash=digest(secret), epoch=account.session_epoch, started_at=at, last_seen_at=at
            )
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = secret
    return client


def csrf(client: FlaskClient, path: str | None = None) -> str:
    """Return a CSRF token that this browser may send: the one of that page's form, or one made without a page."""
    if path is None:
        with client.session_transaction() as cookie:
            drawn = cookie.setdefault("csrf_token", secrets.token_hex(20))
        return URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token").dumps(drawn)
    text = client.get(path, follow_redirects=True).get_data(as_text=True)
    return text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def post(client: FlaskClient, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
    """Post a form with the browser's CSRF token, as the page would."""
    token = csrf(client)
    return client.post(path, data={"csrf_token": token, **(data or {})}, **kwargs)
