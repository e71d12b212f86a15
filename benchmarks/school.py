"""Fills a benchmark's school straight in its database: what is measured is reading, not typing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from werkzeug.security import generate_password_hash

from etude.app import create_app
from etude.config import Config
from etude.core import clock
from etude.extensions import db
from etude.models import Activity, ActivityVersion, Assignment, Course, Enrolment, User

if TYPE_CHECKING:
    from site_ import Site

PASSWORD = "a student's long sentence"


def fill(running: Site, *, assignments: int, students: int = 30) -> tuple[str, list[str], str]:
    """Add a course; return the address of its page, and logins and password of its students."""
    app = create_app(Config(data=running.data))
    with app.app_context(), db.session.begin():
        course = Course(code="BENCH", title="Benchmark", locale="en", zone="America/Toronto")
        db.session.add(course)
        db.session.flush()
        for number in range(assignments):
            _add_assignment(course, number)
        password_hash = generate_password_hash(PASSWORD, method="scrypt:16384:8:5")
        for number in range(students):
            user = User(login=f"student{number}", given_name=f"Given{number}", family_name=f"Family{number}")
            user.password_hash = password_hash
            db.session.add(user)
            db.session.flush()
            db.session.add(Enrolment(course_id=course.id, user_id=user.id, confirmed_at=clock.now()))
        path = f"/courses/{course.id}"
    with app.app_context():
        db.engine.dispose()
    return path, [f"student{number}" for number in range(students)], PASSWORD


def _add_assignment(course: Course, number: int) -> None:
    titles = {"title_fr": f"Activité {number}", "title_en": f"Activity {number}"}
    activity = Activity(slug=f"bench-{number}", kind="code", **titles)
    db.session.add(activity)
    db.session.flush()
    version = ActivityVersion(
        activity_id=activity.id, number=1, digest=f"{number:064d}", points=Decimal(10), document={}, made_at=clock.now()
    )
    db.session.add(version)
    db.session.flush()
    activity.latest_version_id = version.id
    values = {"due_at": clock.now(), "position": number, "points": Decimal(10)}
    db.session.add(Assignment(course_id=course.id, activity_id=activity.id, **values))
