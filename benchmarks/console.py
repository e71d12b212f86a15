"""Live consoles: start, keystroke to echo, memory and CPU of many, what opening and closing leaves behind.

`python benchmarks/console.py [SESSIONS] [OPENINGS]`. Goals: start p50 <= 15 ms for Python; 200 sessions of <= 3 MB each
without CPU when idle; echo p95 <= 100 ms while 20 of them print at full rate; in the browser p50 <= 20, p95 <= 60 ms.
"""

from __future__ import annotations

import ctypes
import json
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from site_ import make_admin, percentile, report, site

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from etude.consoles import client, wire
from etude.grading.job import RunJob
from etude.grading.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

SESSIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
OPENINGS = int(sys.argv[2]) if len(sys.argv) > 2 else 60
STARTS, KEYS, FLOODS, IDLE_S = 15, 100, 20, 10.0
PATIENCE_S, CLASS = 60.0, 20
LIBC, KCMP, KCMP_VM = ctypes.CDLL(None, use_errno=True), 312, 1
"""kcmp(2), here on x86-64."""
REFILL_S = 2.0
"""Between two starts: the jail of the next is opened meanwhile."""
WAITS, FLOOD = "print('>', end='', flush=True)\nwhile True: input()", "while True: print('x' * 200)"
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
TYPE_KEYS = """async (keys) => {
  const times = [];
  for (let key = 0; key < keys; key += 1) {
    const began = performance.now();
    const echoed = new Promise((resolve) => {
      const heard = terminal.onWriteParsed(() => { heard.dispose(); resolve(); });
    });
    terminal.input("a");
    await echoed;
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return times;
}"""


class Holder:
    """The process that holds the terminals, without the web before it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "consoles.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.path))
            listener.listen(128)
            settings = {"listener": listener.fileno(), "cache": str(folder / "cache"), "uid": None, "kept_s": 0.5}
            command = [sys.executable, "-m", "etude.consoles.holder", json.dumps(settings)]
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=[listener.fileno()]
            )

    def ask(self, **document: Any) -> dict[str, Any]:
        return client.ask(self.path, document)

    def open(self, key: str, owner: int, source: str) -> None:
        job = wire.job_document(RunJob(language="python", files={"main.py": source.encode()}, limits=Limits()))
        self.ask(do="open", key=key, owner=owner, job=job, rows=24, columns=80)

    def read_until(self, key: str, wanted: bytes) -> None:
        shown = b""
        for news in client.follow(self.path, key, after=0, wait_s=PATIENCE_S):
            assert news is not None, shown
            shown += wire.unpack(news.get("output", ""))
            if wanted in shown:
                return

    def end(self, key: str) -> None:
        self.ask(do="stop", key=key)
        for _ in client.follow(self.path, key, after=0, wait_s=PATIENCE_S):
            continue

    def family(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]


@contextmanager
def holder() -> Iterator[Holder]:
    with tempfile.TemporaryDirectory() as name:
        found = Holder(Path(name))
        try:
            yield found
        finally:
            found.process.stdin.close()
            found.process.wait(PATIENCE_S)


def start_times_ms(held: Holder) -> list[float]:
    times = []
    held.open("stays", 1, WAITS)  # with its last session the holder ends
    for number in range(STARTS):
        time.sleep(REFILL_S)
        began = time.perf_counter()
        held.open(f"start-{number}", 100 + number, WAITS)
        held.read_until(f"start-{number}", b">")
        times.append((time.perf_counter() - began) * 1000)
        held.end(f"start-{number}")
    return times[2:]  # the first ones compile and start the jail that compiles


def burst_ms(held: Holder) -> float:
    """A class presses Run: until the last of them has printed."""
    began = time.perf_counter()
    for number in range(CLASS):
        held.open(f"class-{number}", 300 + number, WAITS)
    for number in range(CLASS):
        held.read_until(f"class-{number}", b">")
    return (time.perf_counter() - began) * 1000


def echo_times_ms(held: Holder, key: str) -> list[float]:
    times = []
    news = client.follow(held.path, key, after=0, wait_s=PATIENCE_S)
    while "output" not in (next(news) or {}):
        continue
    for _ in range(KEYS):
        began = time.perf_counter()
        held.ask(do="type", key=key, text="a")
        while "output" not in (next(news) or {}):
            continue
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(0.01)
    news.close()
    return times


def pss_mb(processes: list[psutil.Process]) -> float:
    """Memory that several processes share is counted once: by its shares, or where they are tasks of one memory."""
    total = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if not shares_memory_with_parent(process):
                total += process.memory_full_info().pss
    return total / 1e6


def shares_memory_with_parent(process: psutil.Process) -> bool:
    """Pid 1 of a program is a task of the zygote that sleeps (jail/inside/kernel.py): not another copy of it."""
    return LIBC.syscall(KCMP, process.pid, process.ppid(), KCMP_VM, 0, 0) == 0


def available_mb() -> float:
    """What the machine has left: what the kernel itself takes for a session is in no process."""
    return psutil.virtual_memory().available / 1e6


def cpu_s(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:2])
    return total


def measure_many(held: Holder) -> None:
    held.open("warm", 0, WAITS)
    held.read_until("warm", b">")
    processes, before, available = len(held.family()), pss_mb(held.family()), available_mb()
    for number in range(SESSIONS - 1):
        held.open(f"idle-{number}", 1000 + number, WAITS)
        held.read_until(f"idle-{number}", b">")
    family = held.family()
    grown, taken, used = pss_mb(family) - before, available - available_mb(), cpu_s(family)
    time.sleep(IDLE_S)
    idle_cpu = (cpu_s(family) - used) / IDLE_S
    quiet = echo_times_ms(held, "idle-0")
    for number in range(min(FLOODS, SESSIONS - 2)):
        held.end(f"idle-{number + 1}")
        held.open(f"flood-{number}", 5000 + number, FLOOD)
    busy = echo_times_ms(held, "idle-0")
    report(
        "live consoles, all waiting for a key", sessions=SESSIONS,
        processes_each=round((len(family) - processes) / (SESSIONS - 1), 1),
        pss_mb_each=round(grown / (SESSIONS - 1), 2), machine_mb_each=round(taken / (SESSIONS - 1), 2),
        idle_cpu_percent=round(100 * idle_cpu, 2),
        echo_p50_ms=round(percentile(quiet, 0.5), 2), echo_p95_ms=round(percentile(quiet, 0.95), 2),
        echo_p95_ms_beside_floods=round(percentile(busy, 0.95), 2),
    )  # fmt: skip


def measure_leaks(held: Holder) -> None:
    """The last state is let go half a second after the end; one session stays, so that the holder does."""
    held.open("stays", 1, WAITS)
    held.read_until("stays", b">")
    sizes = []
    for turn in range(2):
        for number in range(OPENINGS):
            held.open(f"turn-{turn}-{number}", 2, WAITS)
            held.read_until(f"turn-{turn}-{number}", b">")
            held.end(f"turn-{turn}-{number}")
        time.sleep(2)
        own = psutil.Process(held.process.pid)
        sizes.append((len(held.family()), own.num_fds(), own.memory_info().rss / 1e6))
    (processes, descriptors, memory), after = sizes
    report(
        "opening and closing", openings=OPENINGS, processes_more=after[0] - processes,
        descriptors_more=after[1] - descriptors, holder_mb_more=round(after[2] - memory, 2),
    )  # fmt: skip


def measure_in_browser() -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only where there is a browser

    with site() as running, sync_playwright() as playwright:
        admin = make_admin(running)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        address = f"http://127.0.0.1:{running.port}"
        context = browser.new_context(base_url=address)
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in admin.cookies.items()])
        page = context.new_page()
        while not page.is_visible("#run-server"):  # the worker comes up beside the pages
            page.goto("/assignments/1?language=python")
            page.wait_for_selector("html[data-ready]")
        page.evaluate("text => { etude.editors[0].code = text }", WAITS)
        page.click("#run-server")
        frame = page.frame_locator("#terminal").locator(".xterm-rows")
        frame.get_by_text(">").first.wait_for(timeout=PATIENCE_S * 1000)
        terminal = next(one for one in page.frames if one.url.endswith("/terminal"))
        times = terminal.evaluate(TYPE_KEYS, KEYS)
        browser.close()
    report(
        "keystroke to echo in the browser", p50_ms=round(percentile(times, 0.5), 1),
        p95_ms=round(percentile(times, 0.95), 1)
    )  # fmt: skip


with holder() as held:
    starts = start_times_ms(held)
    report(
        "start of a Python console",
        p50_ms=round(percentile(starts, 0.5), 1),
        p95_ms=round(percentile(starts, 0.95), 1),
        class_=CLASS,
        class_ms=round(burst_ms(held)),
    )
with holder() as held:
    measure_leaks(held)
with holder() as held:
    measure_many(held)
if CHROMIUM:
    measure_in_browser()
