"""What is measured on the big school; each prints one line of JSON with its figures, ratios and goals."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.load.serving import field, post, served
from benchmarks.load.walk import COURSE_ID, MARK
from benchmarks.site_ import Browser, free_port, percentile, report

from etude.app import create_app
from etude.config import Config
from etude.core import schema
from etude.extensions import db

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.load.serving import School

HELLO = "from flask import Flask\napp = Flask(__name__)\n\n\n@app.get('/')\ndef hello():\n    return 'hello'\n"
MOST_QUERIES, MOST_RATIO = 15, 4.0
CLASS, CLASS_GOAL_S = 30, 3.0


def pages(big: Path, small: Path, *, rounds: int = 5, times: int = 4) -> None:
    """Every list page: how often it asks the database (≤ 15), and its p95 against the small school's (≤ 4 ×)."""
    walkers = {name: _start_walker(folder, times) for name, folder in (("big", big), ("small", small))}
    found: dict[str, dict[str, Any]] = {"big": {}, "small": {}}
    for _ in range(rounds):
        for name, walker in walkers.items():
            for page, figures in _ask_walker(walker).items():
                known = found[name].setdefault(page, {**figures, "cpu_ms": [], "wall_ms": []})
                known["cpu_ms"] += figures["cpu_ms"]
                known["wall_ms"] += figures["wall_ms"]
    for walker in walkers.values():
        walker.communicate()
    for page, one in found["big"].items():
        other = found["small"][page]
        p95 = {f"{name}_{kind}": round(percentile(figures[kind], 0.95), 1)
               for name, figures in (("big", one), ("small", other)) for kind in ("cpu_ms", "wall_ms")}  # fmt: skip
        ratio = p95["big_cpu_ms"] / p95["small_cpu_ms"]
        report(page, status=one["status"], queries=one["queries"], **p95, ratio_by_cpu=round(ratio, 2),
               ratio_by_clock=round(p95["big_wall_ms"] / p95["small_wall_ms"], 2), slow=len(one["slow"]),
               is_met=one["queries"] <= MOST_QUERIES and ratio <= MOST_RATIO)  # fmt: skip


def _start_walker(folder: Path, times: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.load.walk", str(folder), "", str(times)]
    pipe = subprocess.PIPE
    walker = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
    _read(walker)
    return walker


def _ask_walker(walker: subprocess.Popen[str]) -> dict[str, Any]:
    assert walker.stdin is not None
    walker.stdin.write("\n")
    walker.stdin.flush()
    return _read(walker)


def _read(walker: subprocess.Popen[str]) -> dict[str, Any]:
    assert walker.stdout is not None
    line = next(line for line in walker.stdout if line.startswith(MARK))
    answer: dict[str, Any] = json.loads(line.removeprefix(MARK))
    return answer


def course_page(big: Path, *, rounds: int = 5, requests: int = 100) -> None:
    """The course page of a student against a bare Flask hello on the same server (≥ 8 %)."""
    with tempfile.TemporaryDirectory() as folder, served(big) as school:
        Path(folder, "hello.py").write_text(HELLO)
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "-w", "1", "--threads", "256", "-k", "gthread"]
        command += ["-b", f"127.0.0.1:{port}", "--log-level", "error", "--no-control-socket", "hello:app"]
        hello = subprocess.Popen(command, cwd=folder)
        try:
            time.sleep(2)
            browsers = school.sign_in(school.students()[:10])
            pairs = []
            for _ in range(rounds):
                ours = _cost_ms(browsers, f"/courses/{COURSE_ID}", requests, school.cpu_s)
                bare = _cost_ms([Browser(port)], "/", requests, _cpu_of(hello.pid))
                pairs.append((ours, bare))
        finally:
            hello.terminate()
            hello.wait(10)
    report(
        "course page of the big school",
        page_cpu_ms=round(percentile([ours[0] for ours, _ in pairs], 0.5), 2),
        hello_cpu_ms=round(percentile([bare[0] for _, bare in pairs], 0.5), 2),
        share_by_cpu=round(percentile([bare[0] / ours[0] for ours, bare in pairs], 0.5), 3),
        share_by_requests_per_s=round(percentile([bare[1] / ours[1] for ours, bare in pairs], 0.5), 3),
        goal=0.08,
    )


def _cpu_of(pid: int) -> Callable[[], float]:
    import psutil  # noqa: PLC0415

    root = psutil.Process(pid)
    return lambda: sum(sum(one.cpu_times()[:2]) for one in [root, *root.children(recursive=True)])


def _cost_ms(browsers: list[Browser], path: str, requests: int, cpu_s: Callable[[], float]) -> tuple[float, float]:
    before, started = cpu_s(), time.perf_counter()
    for number in range(requests):  # in turn: one alone would meet the rate limit
        browsers[number % len(browsers)].get(path)
    return (cpu_s() - before) * 1000 / requests, (time.perf_counter() - started) * 1000 / requests


def hand_in(big: Path) -> None:
    """A class of 30 hands in at once: how long until everybody's verdict is there (≤ 3 s on 2 cores)."""
    with served(big) as school:
        assignment_id, program = school.program()
        path = f"/assignments/{assignment_id}"
        ready = threading.Barrier(CLASS)
        seconds: list[float] = []
        faults: list[str] = []

        def run(browser: Browser, number: int) -> None:
            try:
                page = browser.get(path)
                ready.wait(60)
                seconds.append(_until_judged(browser, path, page, f"{program}# {number}\n"))
            except Exception as error:  # noqa: BLE001  whatever it was, it is told
                faults.append(repr(error)[:200])

        _run_all([threading.Thread(target=run, args=(browser, number), daemon=True)
                  for number, browser in enumerate(school.sign_in(school.students()[:CLASS]))])  # fmt: skip
    report("30 hand in at once", verdicts=len(seconds), faults=faults[:3],
           p50_s=round(percentile(seconds, 0.5), 2) if seconds else None,
           last_s=round(max(seconds), 2) if seconds else None, goal_s=CLASS_GOAL_S)  # fmt: skip


def _until_judged(browser: Browser, path: str, page: str, program: str) -> float:
    fields = {"csrf_token": field(page, "csrf_token"), "once": field(page, "once"), "language": "python"}
    began = time.perf_counter()
    status, text = post(browser, f"{path}/submissions", **fields, code=program)
    assert status == 200, (status, text[:300])
    results = text.split('data-events="', 1)[1].split('"', 1)[0].replace("/events/submissions", "/submissions")
    while 'data-state="judged"' not in browser.get(f"{results}/results"):
        time.sleep(0.1)
    return time.perf_counter() - began


def _run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def click(big: Path, *, users: int = 300, seconds: float = 600, pause_s: float = 5.0) -> None:
    """Users who click about every five seconds: no error, p95 ≤ 300 ms, memory flat."""
    with served(big) as school:
        addresses = ["/courses", f"/courses/{COURSE_ID}", f"/assignments/{school.program()[0]}", "/auth/profile"]
        browsers = school.sign_in(school.students()[:users])
        end = time.monotonic() + seconds
        times: list[float] = []
        faults: list[str] = []

        def run(browser: Browser, chance: random.Random) -> None:
            time.sleep(chance.uniform(0, pause_s))
            while time.monotonic() < end:
                address, began = chance.choice(addresses), time.perf_counter()
                try:
                    status = browser.ask("GET", address)[0]
                except OSError as error:
                    faults.append(repr(error)[:100])
                else:
                    times.append((time.perf_counter() - began) * 1000)
                    if status != 200:
                        faults.append(f"{status} {address}")
                time.sleep(chance.uniform(0.4, 1.6) * pause_s)

        memory: list[float] = []
        threads = [threading.Thread(target=run, args=(browser, random.Random(number)), daemon=True)
                   for number, browser in enumerate(browsers)]  # fmt: skip
        threads.append(threading.Thread(target=_watch_memory, args=(school, memory, end, seconds / 20), daemon=True))
        _run_all(threads)
    report(f"{len(browsers)} users click for {seconds:.0f} s", clicks=len(times), errors=len(faults), first=faults[:3],
           p50_ms=round(percentile(times, 0.5), 1), p95_ms=round(percentile(times, 0.95), 1), goal_p95_ms=300,
           memory_mb=[round(one) for one in memory])  # fmt: skip


def _watch_memory(school: School, memory: list[float], end: float, every_s: float) -> None:
    while time.monotonic() < end:
        memory.append(school.pss_mb())
        time.sleep(every_s)


def backup(big: Path) -> None:
    """A backup of the big school in use: how long (≤ 60 s), and the p99 of drafts saved meanwhile (≤ 100 ms)."""
    with served(big) as school:
        assignment_id, program = school.program()
        browsers = school.sign_in(school.students()[:10])
        path = f"/assignments/{assignment_id}"
        tokens = [field(browser.get(path), "csrf_token") for browser in browsers]
        before = _save_drafts(browsers, tokens, path, program, lambda: len(before_done) >= 100, before_done := [])
        command = [sys.executable, "-m", "etude", "backup", "create", "--data", str(big)]
        began = time.perf_counter()
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        meanwhile = _save_drafts(browsers, tokens, path, program, lambda: running.poll() is not None, [])
        took_s = time.perf_counter() - began
    report("backup of the big school", exit_code=running.returncode, seconds=round(took_s, 1), goal_s=60,
           saves=len(meanwhile), save_p99_ms=round(percentile(meanwhile, 0.99), 1), goal_p99_ms=100,
           save_p99_ms_before=round(percentile(before, 0.99), 1))  # fmt: skip


def _save_drafts(  # noqa: PLR0913, PLR0917  who saves what, until when
    browsers: list[Browser], tokens: list[str], path: str, program: str, is_over: Callable[[], bool], took: list[float]
) -> list[float]:
    versions = [0] * len(browsers)
    while not is_over():
        for number, (browser, token) in enumerate(zip(browsers, tokens, strict=True)):
            files = {"main.py": f"{program}# {len(took)}\n"}
            draft = json.dumps({"language": "python", "files": files, "base_version": versions[number]})
            headers = {"Content-Type": "application/json", "X-CSRFToken": token}
            began = time.perf_counter()
            status, _headers, text = browser.ask("POST", f"{path}/draft", draft, **headers)
            took.append((time.perf_counter() - began) * 1000)
            assert status in (200, 409), (status, text[:300])  # 409: the first time, over what stood there
            versions[number] = json.loads(text)["version"]
        time.sleep(0.25)  # 240 a minute are allowed to each
    return took


def migrations(big: Path) -> None:
    """A copy of the big school back to its first tables, and up again (≤ 60 s each)."""
    with tempfile.TemporaryDirectory(dir=big.parent) as scratch:
        for path in (big / "etude.db", big / "secret.key"):
            shutil.copy(path, scratch)
        with create_app(Config(data=Path(scratch))).app_context():
            began = time.perf_counter()
            schema.downgrade(db.engine, schema.revisions()[0])
            between = time.perf_counter()
            schema.upgrade(db.engine)
            ended = time.perf_counter()
            db.engine.dispose()
    report("migrations of the big school", back_s=round(between - began, 1), up_s=round(ended - between, 1), goal_s=60)
