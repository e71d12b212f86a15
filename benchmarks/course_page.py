"""A student's course page with 50 assignments against a bare Flask hello on the same server.

Goal: at least 10 % of the hello's requests per second. Measured as server CPU per request, in turn, which is the same
ratio on a busy machine; and as requests per second with one client.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from school import fill
from site_ import Browser, free_port, percentile, report, site

HELLO = "from flask import Flask\napp = Flask(__name__)\n\n\n@app.get('/')\ndef hello():\n    return 'hello'\n"
REQUESTS, ROUNDS = 200, 5


def measure(browsers: list[Browser], path: str, processes: list[psutil.Process]) -> tuple[float, float]:
    """Return server CPU in ms and wall time in ms, per request."""
    before = sum(sum(p.cpu_times()[:2]) for p in processes)
    started = time.perf_counter()
    for number in range(REQUESTS):  # several students: one alone would meet the rate limit
        browsers[number % len(browsers)].get(path)
    wall = time.perf_counter() - started
    return (sum(sum(p.cpu_times()[:2]) for p in processes) - before) * 1000 / REQUESTS, wall * 1000 / REQUESTS


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, site("--empty") as running:
        course_path, logins, password = fill(running, assignments=50)
        Path(folder, "hello.py").write_text(HELLO)
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-w",
            "1",
            "--threads",
            "256",
            "-k",
            "gthread",
            "-b",
            f"127.0.0.1:{port}",
        ]
        hello = subprocess.Popen([*command, "--log-level", "error", "--no-control-socket", "hello:app"], cwd=folder)
        try:
            time.sleep(2)
            ours = [running.browser().sign_in(login, password) for login in logins]
            theirs = [Browser(port)]
            web = [p for p in running.processes() if "worker" not in p.cmdline()]
            root = psutil.Process(hello.pid)
            pairs = []
            for _ in range(ROUNDS):
                page = measure(ours, course_path, web)
                bare = measure(theirs, "/", [root, *root.children(recursive=True)])
                pairs.append((page, bare))
            report(
                "course page, 50 assignments",
                page_cpu_ms=round(percentile([page[0] for page, _ in pairs], 0.5), 2),
                hello_cpu_ms=round(percentile([bare[0] for _, bare in pairs], 0.5), 2),
                share_by_cpu=round(percentile([bare[0] / page[0] for page, bare in pairs], 0.5), 3),
                share_by_requests_per_s=round(percentile([bare[1] / page[1] for page, bare in pairs], 0.5), 3),
            )
        finally:
            hello.terminate()
            hello.wait(10)


main()
