"""One school's pages asked for inside one process: what each costs, its queries, and those among them that are slow.

A process of its own for each school, since what a process keeps in memory is kept by row numbers. It answers each line
that it reads with a line of JSON after `MARK`: milliseconds of processor time and by the clock, by reader and page.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from benchmarks.load.size import ADMIN

from etude.app import create_app
from etude.config import Config
from etude.core import clock
from etude.extensions import db, limiter
from etude.models import Assignment, Course, Enrolment, Submission, User, UserSession
from etude.models.course import CourseRole
from etude.models.user.session import digest
from etude.web.request import SESSION_KEY

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

MARK = "@ "
"""What the log's lines do not begin with."""
COURSE_ID = 1
"""The biggest of each school."""
SLOW_MS = 20.0
AS_STUDENT = (
    "/courses",
    "/courses/{course_id}",
    "/assignments/{assignment_id}",
    "/assignments/{assignment_id}/work",
    "/submissions/{submission_id}",
    "/submissions/{upload_id}",
    "/auth/trail",
)
AS_TEACHER = (
    "/courses",
    "/courses/{course_id}",
    "/courses/{course_id}/progress",
    "/courses/{course_id}/progress?section={section_id}",
    "/courses/{course_id}/progress?page=2",
    "/courses/{course_id}/progress.csv",
    "/courses/{course_id}/progress/print",
    "/courses/{course_id}/reviews",
    "/courses/{course_id}/reviews?section={section_id}",
    "/courses/{course_id}/people",
    "/courses/{course_id}/people/removed",
    "/courses/{course_id}/audit",
    "/courses/{course_id}/consoles",
    "/courses/{course_id}/cards",
    "/courses/{course_id}/bin",
    "/courses/{course_id}/assignments/new",
    "/courses/{course_id}/copy",
    "/courses/{course_id}/students/{student_id}",
    "/courses/{course_id}/students/{student_id}/consoles",
    "/enrolments/{enrolment_id}",
    "/assignments/{assignment_id}",
    "/assignments/{assignment_id}/exceptions",
    "/assignments/{assignment_id}/judgements",
    "/assignments/{assignment_id}/settings",
    "/assignments/{assignment_id}/students/{student_id}",
    "/submissions/{submission_id}",
    "/submissions/{upload_id}/review",
    "/activities",
    "/activities?page=2",
    "/activities/{activity_id}",
    "/activities/{activity_id}/versions",
    "/bin/courses",
    "/bin/activities",
    "/join/{class_code}",
)
AS_ADMIN = (
    "/courses",
    "/school/accounts",
    "/school/accounts?page=2",
    "/school/accounts/{student_id}",
    "/school/accounts/bin",
    "/school/audit",
    "/school/audit?person={student_id}",
    "/school/health",
    "/school/backups/",
    "/metrics",
)


class Walker:
    """Browsers of a student, the teacher and the admin, who each open their pages in turn."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._statements: list[tuple[str, Any, float]] = []
        with app.app_context():
            self.values = find_values()
            self._watch(db.engine)
            people = {
                "student": (self.values["student_id"], AS_STUDENT),
                "teacher": (self.values["teacher_id"], AS_TEACHER),
                "admin": (ADMIN, AS_ADMIN),
            }
            self._readers = [(name, sign_in(app, user_id), paths) for name, (user_id, paths) in people.items()]

    def _watch(self, engine: sa.Engine) -> None:
        @sa.event.listens_for(engine, "before_cursor_execute")
        def begin(connection: sa.Connection, *_rest: object) -> None:
            connection.info["load_began"] = time.perf_counter()

        @sa.event.listens_for(engine, "after_cursor_execute")
        def end(connection: sa.Connection, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
            elapsed_ms = (time.perf_counter() - connection.info["load_began"]) * 1000
            if not statement.startswith("BEGIN"):
                self._statements.append((statement, parameters, elapsed_ms))

    def walk(self, times: int) -> dict[str, dict[str, Any]]:
        """Ask for every page so many times; the first look at each is not counted."""
        return {
            f"{name} {path}": self._ask(browser, path.format(**self.values), times)
            for name, browser, paths in self._readers
            for path in paths
        }

    def _ask(self, browser: FlaskClient, address: str, times: int) -> dict[str, Any]:
        browser.get(address).close()
        cpu_ms, wall_ms = [], []
        for _ in range(times):
            self._statements.clear()
            cpu, wall = time.process_time(), time.perf_counter()
            answer = browser.get(address)
            answer.get_data()
            cpu_ms.append((time.process_time() - cpu) * 1000)
            wall_ms.append((time.perf_counter() - wall) * 1000)
            answer.close()
        slow = [(text, ms) for text, _values, ms in self._statements if ms >= SLOW_MS]
        return {"status": answer.status_code, "queries": len(self._statements), "bytes": len(answer.get_data()),
                "cpu_ms": cpu_ms, "wall_ms": wall_ms, "slow": slow}  # fmt: skip


def find_values() -> dict[str, Any]:
    """Return what the addresses are filled with: things of the biggest course, of one who handed in a program there."""
    session = db.session
    course = session.get_one(Course, COURSE_ID)
    mine = sa.select(Submission.id, Submission.user_id, Submission.assignment_id, Assignment.activity_id)
    mine = mine.join(Assignment, Assignment.id == Submission.assignment_id).where(Assignment.course_id == COURSE_ID)
    code = session.execute(mine.where(Submission.kind == "code").order_by(Submission.id.desc()).limit(1)).one()
    waiting = mine.where(Submission.kind == "upload").order_by(Submission.id.desc()).limit(1)
    upload = session.execute(waiting.where(Submission.user_id == code.user_id)).first()
    teacher = sa.select(Enrolment.user_id).where(Enrolment.course_id == COURSE_ID, Enrolment.role == CourseRole.TEACHER)
    enrolment = Enrolment.get_for(session, COURSE_ID, code.user_id)
    assert enrolment is not None
    return {
        "course_id": COURSE_ID,
        "class_code": course.class_code,
        "student_id": code.user_id,
        "teacher_id": session.scalar(teacher),
        "enrolment_id": enrolment.id,
        "section_id": enrolment.section_id,
        "assignment_id": code.assignment_id,
        "activity_id": code.activity_id,
        "submission_id": code.id,
        "upload_id": (upload or code).id,
    }


def sign_in(app: Flask, user_id: int) -> FlaskClient:
    """Return a browser with an open session of this account, without the form; inside an application context."""
    secret, at = secrets.token_urlsafe(16), clock.now()
    with db.session.begin():
        account = db.session.get_one(User, user_id)
        epoch = account.session_epoch
        db.session.add(
            UserSession(user_id=user_id, secret_hash=digest(secret), epoch=epoch, started_at=at, last_seen_at=at)
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = secret
    return client


def main() -> None:
    folder, database, times = sys.argv[1:]
    app = create_app(Config(data=Path(folder), database_url=database))
    limiter.enabled = False
    walker = Walker(app)
    print(MARK + json.dumps(walker.values), flush=True)
    for _line in sys.stdin:
        print(MARK + json.dumps(walker.walk(int(times))), flush=True)


if __name__ == "__main__":
    main()
