"""A class of 30 joins at once: each opens the code, picks a name, chooses a password and reaches the course.

It talks to a running server over HTTP and prints the figures. The server must have an open class with unclaimed names:

    python benchmarks/join_class.py http://127.0.0.1:8000 ABCDEF --students 30

The goal is 20 s on one core and 1 GB. A run ends by itself after --limit seconds.
"""

from __future__ import annotations

import argparse
import http.client
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

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


def main() -> int:
    """Run the benchmark; the exit code is 1 when the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="address of the server, e.g. http://127.0.0.1:8000")
    parser.add_argument("code", help="class code of an open class")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--limit", type=float, default=60.0, help="give up after so many seconds")
    options = parser.parse_args()
    results: list[tuple[float, int]] = []
    faults: list[str] = []

    def run(number: int) -> None:
        try:
            results.append(join(options.base, options.code, number, options.limit))
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            faults.append(f"student {number}: {error}")

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(options.students)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, options.limit - (time.perf_counter() - started)))
    total_s = time.perf_counter() - started
    times = sorted(seconds for seconds, _count in results)
    print(f"students in        {len(results)} of {options.students}")
    print(f"all in after       {total_s:.1f} s (goal {GOAL_S:.0f} s)")
    if times:
        print(f"one student        p50 {times[len(times) // 2]:.2f} s, last {times[-1]:.2f} s")
        print(f"requests           {sum(count for _seconds, count in results)}")
    for fault in faults[:5]:
        print(fault, file=sys.stderr)
    return 0 if len(results) == options.students and total_s <= GOAL_S else 1


if __name__ == "__main__":
    sys.exit(main())
