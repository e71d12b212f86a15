"""A made school served by `etude serve`, and browsers that are signed in to it without typing a password."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
import urllib.parse
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil
import sqlalchemy as sa
from benchmarks.load.walk import COURSE_ID
from benchmarks.site_ import Browser, free_port

from etude.app import create_app
from etude.config import Config
from etude.core import clock
from etude.extensions import db
from etude.models import Assignment, Enrolment, Submission, UserSession, WorkerState
from etude.models.course import CourseRole
from etude.models.user.session import digest
from etude.web.request import SESSION_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

START_S = 120.0


@dataclass(frozen=True, slots=True)
class School:
    """A served school: where it listens, and the application by which its database is read beside it."""

    port: int
    process: psutil.Process
    app: Flask

    def processes(self) -> list[psutil.Process]:
        """Return all of its processes."""
        return [self.process, *self.process.children(recursive=True)]

    def cpu_s(self) -> float:
        """Return the processor time that its living processes have taken."""
        total = 0.0
        for one in self.processes():
            with suppress(psutil.NoSuchProcess):
                total += sum(one.cpu_times()[:2])
        return total

    def pss_mb(self) -> float:
        """Return its memory, what is shared divided among those who share it."""
        total = 0
        for one in self.processes():
            with suppress(psutil.NoSuchProcess, FileNotFoundError):  # a jail’s process may end meanwhile
                total += one.memory_full_info().pss
        return total / 1e6

    def sign_in(self, user_ids: list[int]) -> list[Browser]:
        """Return a browser of each of these people."""
        secret_of = {user_id: secrets.token_urlsafe(24) for user_id in user_ids}
        at = clock.now()
        with self.app.app_context():
            signer = self.app.session_interface.get_signing_serializer(self.app)
            with db.session.begin():
                db.session.add_all(
                    UserSession(user_id=user_id, secret_hash=digest(secret), epoch=0, started_at=at, last_seen_at=at)
                    for user_id, secret in secret_of.items()
                )
        browsers = [Browser(self.port) for _ in user_ids]
        for browser, secret in zip(browsers, secret_of.values(), strict=True):
            browser.cookies[str(self.app.config["SESSION_COOKIE_NAME"])] = str(signer.dumps({SESSION_KEY: secret}))
        return browsers

    def students(self, course_id: int = COURSE_ID) -> list[int]:
        """Return the students of a course."""
        query = sa.select(Enrolment.user_id).where(
            Enrolment.course_id == course_id, Enrolment.role == CourseRole.STUDENT
        )
        with self.app.app_context():
            return list(db.session.scalars(query.order_by(Enrolment.id)))

    def program(self, course_id: int = COURSE_ID) -> tuple[int, str]:
        """Return an assignment of a course that asks for a program, and a program that was right."""
        query = (
            sa.select(Submission.assignment_id, Submission.answer)
            .join(Assignment, Assignment.id == Submission.assignment_id)
            .where(Assignment.course_id == course_id, Submission.kind == "code", Submission.status == "AC")
            .order_by(Submission.id)
            .limit(1)
        )
        with self.app.app_context():
            found = db.session.execute(query).one()
        return found.assignment_id, found.answer["files"]["main.py"]


@contextmanager
def served(folder: Path, database: str = "") -> Iterator[School]:
    """Serve a school, and stop it in the end."""
    port = free_port()
    command = [sys.executable, "-m", "etude", "serve", "--data", str(folder), "--port", str(port), "--language", "en"]
    environment = {**os.environ, **({"ETUDE_DATABASE_URL": database} if database else {})}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)
    app = create_app(Config(data=folder, database_url=database))
    try:
        _wait(port, process, app)
        yield School(port, psutil.Process(process.pid), app)
    finally:
        process.terminate()
        process.wait(30)
        with app.app_context():
            db.engine.dispose()


def _wait(port: int, process: subprocess.Popen[bytes], app: Flask) -> None:
    """Wait until it answers and its worker can judge."""
    end = time.monotonic() + START_S
    since = clock.now()
    while time.monotonic() < end and process.poll() is None:
        try:
            Browser(port).ask("GET", "/healthz")
            with app.app_context():
                is_judging = sa.select(WorkerState.name).where(WorkerState.tier == "full", WorkerState.seen_at > since)
                if db.session.scalar(is_judging) is not None:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the school did not start")


def post(browser: Browser, path: str, **fields: str) -> tuple[int, str]:
    """Send a form; return status and text."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    status, _headers, text = browser.ask("POST", path, urllib.parse.urlencode(fields), **headers)
    return status, text


def field(html: str, name: str) -> str:
    """Return the value of a page's field."""
    return html.split(f'name="{name}"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
