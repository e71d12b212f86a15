"""200 open streams: how much slower the pages become. Goal: p95 under 3 times its value with none."""

from __future__ import annotations

import http.client
import time

from school import fill
from site_ import PASSWORD, Browser, Site, make_admin, percentile, report, site

STREAMS, PAGES = 200, 150


def page_times_ms(browser: Browser, path: str) -> list[float]:
    times = []
    for _ in range(PAGES):
        started = time.perf_counter()
        browser.get(path)
        times.append((time.perf_counter() - started) * 1000)
    return times


def open_stream(running: Site, cookies: dict[str, str], path: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    connection.request("GET", path, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())})
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    return connection


def main() -> None:
    with site("--empty") as running:
        course_path, logins, password = fill(running, assignments=50)
        browser = running.browser().sign_in(logins[0], password)
        browser.get(course_path)
        without = page_times_ms(browser, course_path)
        make_admin(running)
        admins = [running.browser().sign_in("root", PASSWORD) for _ in range(4)]  # one session may open 120 a minute
        streams = [open_stream(running, admins[n % 4].cookies, f"/events{course_path}") for n in range(STREAMS)]
        time.sleep(1)
        with_streams = page_times_ms(browser, course_path)
        report(
            "200 open streams",
            page_p95_ms_without=round(percentile(without, 0.95), 1),
            page_p95_ms_with=round(percentile(with_streams, 0.95), 1),
            ratio=round(percentile(with_streams, 0.95) / percentile(without, 0.95), 2),
        )
        for stream in streams:
            stream.close()


main()
