"""From the click on “Hand in” to the result on the page: a 10-test Python submission over HTTP and its event stream.

Run `python benchmarks/submission_latency.py [--count 40]`. It starts `etude serve` on a free port and a fresh data
folder, signs a student in, hands in, follows the stream, and prints the medians.
The machine should be idle; the load is printed beside the figures.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import secrets
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from etude.config import Config
from etude.content import digest as content_digest
from etude.content import parse_activity, to_document
from etude.core import clock
from etude.extensions import db
from etude.models import Activity, ActivityVersion, Assignment, Course, Enrolment, User, UserSession
from etude.models.user import SchoolRole
from etude.models.user.session import digest
from etude.serving import data_folder, first_start
from etude.serving.school_answers import SchoolAnswers
from etude.web.request import SESSION_KEY

TESTS = 10
ACTIVITY = """
format = 1
slug = "twice"
kind = "code"
title = {fr = "Le double", en = "Twice"}
points = 10
languages = ["python"]
[limits]
time_s = 1
[[test_group]]
name = "all"
points = 10
visibility = "visible"
"""
PROGRAM = "n = int(input())\nprint(2 * n)\n"


def make_site(data: Path) -> tuple[str, int]:
    """Make a school with one student and one activity; return the cookie's value and the assignment's id."""

    config = Config(data=data)
    data_folder.make_data_folder(config)
    app = first_start.prepare_database(config)
    first_start.make_school(app, SchoolAnswers(name="Bench", locale="en", zone="UTC", contact=""))
    tree = {
        "activity.toml": ACTIVITY.encode(),
        "statement.en.md": b"Twice.\n",
        "statement.fr.md": b"Double.\n",
        "solutions/accepted/main.py": PROGRAM.encode(),
    }
    for number in range(TESTS):
        tree[f"tests/all/{number}.in"] = f"{number}\n".encode()
        tree[f"tests/all/{number}.ans"] = f"{2 * number}\n".encode()
    content = parse_activity(tree)
    secret = secrets.token_urlsafe(32)
    with app.app_context(), db.session.begin():
        at = clock.now()
        ben = User(login="ben", given_name="Ben", family_name="Student", school_role=SchoolRole.STUDENT)
        course = Course(code="BENCH", title="Bench", locale="en", zone="UTC")
        db.session.add_all([ben, course])
        db.session.flush()
        db.session.add(Enrolment(course_id=course.id, user_id=ben.id, confirmed_at=at))
        activity = Activity(slug="twice", kind="code", title_fr="Le double", title_en="Twice")
        db.session.add(activity)
        db.session.flush()
        version = ActivityVersion(
            activity_id=activity.id,
            number=1,
            digest=content_digest(content),
            points=content.points,
            document=to_document(content),
            made_at=at,
        )
        db.session.add(version)
        db.session.flush()
        activity.latest_version_id = version.id
        assignment = Assignment(course_id=course.id, activity_id=activity.id, position=1, points=content.points)
        db.session.add(assignment)
        db.session.flush()
        db.session.add(UserSession(user_id=ben.id, secret_hash=digest(secret), epoch=0, started_at=at, last_seen_at=at))
        assignment_id = assignment.id
    with app.app_context():
        cookie = app.session_interface.get_signing_serializer(app).dumps({SESSION_KEY: secret})
        db.engine.dispose()
    return str(cookie), assignment_id


class Browser:
    """Just enough of one: cookies, a form, a stream."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookies = port, {"etude": cookie}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return answer

    def page(self, path: str) -> str:
        answer = self.ask("GET", path)
        assert answer.status == 200, (path, answer.status)
        return answer.read().decode()


def field(html: str, name: str) -> str:
    return html.split(f'name="{name}"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def measure(browser: Browser, assignment_id: int, count: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"post_ms": [], "result_ms": []}
    html = browser.page(f"/assignments/{assignment_id}")
    token, once = field(html, "csrf_token"), field(html, "once")
    for number in range(count):
        program = PROGRAM + f"# {number}\n"
        body = urllib.parse.urlencode({"csrf_token": token, "once": once, "language": "python", "code": program})
        started = time.perf_counter()
        answer = browser.ask("POST", f"/assignments/{assignment_id}/submissions", body, **{"HX-Request": "true"})
        html = answer.read().decode()
        assert answer.status == 200, (answer.status, html[:2000])
        times["post_ms"].append((time.perf_counter() - started) * 1000)
        once = html.split('id="once" value="', 1)[1].split('"', 1)[0]
        stream = browser.ask("GET", html.split('data-events="', 1)[1].split('"', 1)[0])
        assert stream.status == 200, stream.status
        while 'data-state="judged"' not in stream.readline().decode():
            pass
        times["result_ms"].append((time.perf_counter() - started) * 1000)
        stream.close()
        time.sleep(3.05)  # 20 hand-ins a minute are allowed
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="etude-bench-") as folder:
        data = Path(folder) / "data"
        cookie, assignment_id = make_site(data)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "etude", "serve", "--data", str(data), "--port", str(port)]
        log = (Path(folder) / "log").open("wb")
        site = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        try:
            wait_for(port, data)
            browser = Browser(port, cookie)
            measure(browser, assignment_id, 3)  # warm
            load = os.getloadavg()[0]
            times = measure(browser, assignment_id, given.count)
        except BaseException:
            print((Path(folder) / "log").read_text()[-4000:], file=sys.stderr)
            raise
        finally:
            log.close()
            site.send_signal(signal.SIGTERM)
            site.wait(10)
    result = {
        name: {
            "p50": round(statistics.median(values), 1),
            "min": round(min(values), 1),
            "p95": round(sorted(values)[int(len(values) * 0.95) - 1], 1),
        }
        for name, values in times.items()
    }
    print(json.dumps({"tests": TESTS, "count": given.count, "load": round(load, 2), **result}, indent=2))


def wait_for(port: int, data: Path) -> None:
    """Wait until the site answers and its worker judges."""

    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            with sqlite3.connect(data / "etude.db") as database:
                if database.execute("SELECT count(*) FROM worker_state WHERE tier = 'full'").fetchone()[0]:
                    time.sleep(1)
                    return
        except (OSError, sqlite3.Error):
            pass
        time.sleep(0.2)
    raise SystemExit("the site did not start")


if __name__ == "__main__":
    main()
