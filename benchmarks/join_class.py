"""A class of 30 joins at once: each opens the code, picks a name, chooses a password and reaches the course.

    python benchmarks/join_class.py

starts a school of its own on one core and, where it may (root, cgroup v1), in 1 GB: that is the goal, 20 s. The
students themselves run on the other cores. To try a server that runs already, with an open class and unclaimed names:

    python benchmarks/join_class.py --base http://127.0.0.1:8000 --code ABCDEF

A run ends by itself after --limit seconds.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from site_ import make_admin, site

from etude.app import create_app
from etude.config import Config
from etude.core import clock
from etude.extensions import db
from etude.models import Course, Enrolment, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_ import Site

GOAL_S = 20.0


@dataclass
class Browser:
    """One student's browser: a connection that is kept, and cookies."""

    base: str
    limit_s: float
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=self.limit_s)

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Send one request; return status, address it leads to, and text."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept": "text/html",
        }
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.requests += 1
        for header in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return answer.status, answer.headers.get("Location", ""), text


def token(text: str) -> str:
    """Return the form's token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    if found is None:
        raise RuntimeError("the page has no form")
    return found.group(1)


def join(base: str, code: str, number: int, limit_s: float) -> tuple[float, int]:
    """Join as one student; return the seconds it took and the number of requests."""
    browser = Browser(base, limit_s)
    started = time.perf_counter()
    _status, _to, page = browser.send("GET", "/join")
    _status, names_path, _page = browser.send("POST", "/join", {"csrf_token": token(page), "code": code})
    password = f"my long pass phrase {number}"
    for _attempt in range(50):
        _status, _to, names = browser.send("GET", names_path)
        places = re.findall(r'name="place" value="(\d+)"', names)
        if not places:
            raise RuntimeError("no free name is left: import more names first")
        path = f"{names_path}/name?place={places[number % len(places)]}"
        status, to, page = browser.send("GET", path)
        if status != 200:
            continue  # somebody took this name meanwhile
        form = {"csrf_token": token(page), "password": password, "repeated": password}
        status, to, page = browser.send("POST", path, form)
        if status in (302, 303) and "/courses/" in to:
            status, _to, _page = browser.send("GET", to)
            if status == 200:
                return time.perf_counter() - started, browser.requests
            raise RuntimeError(f"the course page answered {status}")
    raise RuntimeError("no name could be claimed")


def join_all(base: str, code: str, students: int, limit_s: float) -> bool:
    """Let them all join at once and print the figures; tell whether the goal was reached."""
    results: list[tuple[float, int]] = []
    faults: list[str] = []

    def run(number: int) -> None:
        try:
            results.append(join(base, code, number, limit_s))
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            faults.append(f"student {number}: {error}")

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(students)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, limit_s - (time.perf_counter() - started)))
    total_s = time.perf_counter() - started
    times = sorted(seconds for seconds, _count in results)
    print(f"students in        {len(results)} of {students}")
    print(f"all in after       {total_s:.1f} s (goal {GOAL_S:.0f} s)")
    if times:
        print(f"one student        p50 {times[len(times) // 2]:.2f} s, last {times[-1]:.2f} s")
        print(f"requests           {sum(count for _seconds, count in results)}")
    for fault in faults[:5]:
        print(fault, file=sys.stderr)
    return len(results) == students and total_s <= GOAL_S


def open_class(running: Site, students: int) -> str:
    """Add a course with unclaimed names that is open to claims; return its class code."""
    app = create_app(Config(data=running.data))
    with app.app_context(), db.session.begin():
        course = Course(code="JOIN", title="Join", locale="en", zone="America/Toronto")
        course.claims_open_until = clock.now() + timedelta(hours=1)
        db.session.add(course)
        db.session.flush()
        for number in range(students):
            user = User(login=f"join{number}", given_name=f"Given{number}", family_name=f"Family{number}")
            db.session.add(user)
            db.session.flush()
            db.session.add(Enrolment(course_id=course.id, user_id=user.id))
        return course.class_code


@contextmanager
def small_machine(memory_bytes: int = 1 << 30) -> Iterator[Path | None]:
    """Let what is started inside have one core and so much memory; gives the cgroup, None where none can be made."""
    cores = os.sched_getaffinity(0)
    group: Path | None = Path("/sys/fs/cgroup/memory") / f"etude-bench-{os.getpid()}"
    assert group is not None
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(memory_bytes))
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError:
        group = None
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield group
    finally:
        os.sched_setaffinity(0, cores)
        if group is not None:
            group.rmdir()


def leave(group: Path | None, cores: set[int]) -> None:
    """Take the benchmark itself out of the small machine again, to the other cores."""
    os.sched_setaffinity(0, cores - os.sched_getaffinity(0) or cores)
    if group is not None:
        (group.parent / "cgroup.procs").write_text(str(os.getpid()))


def join_alone(students: int, limit_s: float) -> bool:
    """Start a school on a small machine and let a class join it."""
    cores = os.sched_getaffinity(0)
    with small_machine() as group, site() as running:
        leave(group, cores)
        make_admin(running)
        code = open_class(running, students)
        is_reached = join_all(f"http://127.0.0.1:{running.port}", code, students, limit_s)
        if group is None:
            print("memory             not limited: no cgroup could be made here")
        else:
            peak = int((group / "memory.max_usage_in_bytes").read_text())
            print(f"memory             limit 1024 MB, peak {peak >> 20} MB, files read and written included")
    return is_reached


def main() -> int:
    """Run the benchmark; the exit code is 1 when the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="address of a server that runs, e.g. http://127.0.0.1:8000")
    parser.add_argument("--code", help="class code of an open class there")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--limit", type=float, default=60.0, help="give up after so many seconds")
    options = parser.parse_args()
    if options.base and options.code:
        return 0 if join_all(options.base, options.code, options.students, options.limit) else 1
    return 0 if join_alone(options.students, options.limit) else 1


if __name__ == "__main__":
    sys.exit(main())
