"""`etude serve` as its user starts it: a process of its own on a free port, with a data folder of its own."""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCES = Path(__file__).parents[1] / "src"
START_S = 60.0
"""A start takes two seconds; a machine that does other things may take longer."""
PASSWORD = "une phrase assez longue"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Callable[[], Any], what: str, *, timeout_s: float = START_S) -> Any:
    """Return the first true answer of `condition`; fail when there is none in time."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if answer := condition():
            return answer
        threading.Event().wait(0.02)
    raise AssertionError(f"waited {timeout_s} s for {what}")


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a command: English, and no setting of the machine's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ETUDE_", "LC_", "LANG"))}
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(SOURCES), "PYTHONUNBUFFERED": "1", **changes}


def etude(*arguments: str, timeout_s: float = START_S, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `etude` to its end; settings are given as ETUDE_…"""
    command = [sys.executable, "-m", "etude", *arguments]
    return subprocess.run(
        command, env=environment(**changes), capture_output=True, text=True, timeout=timeout_s, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


@dataclass
class Installation:
    """A running `etude serve`."""

    process: subprocess.Popen[str]
    port: int
    data: Path
    printed: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin_path(self) -> str:
        """The path of the link that creates the admin."""
        found = re.search(r"/auth/first-admin/\S+", "".join(self.printed))
        assert found is not None, self.printed
        return found[0]

    def is_up(self) -> bool:
        assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.printed}"
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError as refused:
            if isinstance(refused, urllib.error.HTTPError):
                refused.close()
            return False

    def processes(self) -> list[psutil.Process]:
        """Every process of it, whatever session or group it is in."""
        here = psutil.Process(self.process.pid)
        return [here, *here.children(recursive=True)]

    def worker(self) -> psutil.Process | None:
        """The `etude worker` that the supervisor looks after."""
        for one in psutil.Process(self.process.pid).children():
            try:
                if "worker" in one.cmdline():
                    return one
            except psutil.NoSuchProcess:
                continue
        return None

    def is_judging(self) -> bool:
        """Tell whether the worker has its jails: a zygote is a child of it with a child of its own."""
        worker = self.worker()
        if worker is None:
            return False
        with suppress(psutil.NoSuchProcess):
            return any(child.children() for child in worker.children())
        return False

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Send a signal; return how many seconds it took until the process had ended."""
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - begun


@contextmanager
def running(data: Path, *options: str, **changes: str) -> Iterator[Installation]:
    """Start `etude serve` and wait until it answers; whatever happens, nothing of it is left behind."""
    port = free_port()
    command = [sys.executable, "-m", "etude", "serve", "--port", str(port), "--data", str(data), *options]
    with started(command, port, data, environment(**changes)) as site:
        wait_for(site.is_up, "an answer of the site")
        yield site


@contextmanager
def started(
    command: list[str], port: int, data: Path, variables: dict[str, str], folder: Path | None = None
) -> Iterator[Installation]:
    """Start whatever serves a school on a port; in the end nothing of it is left behind."""
    process = subprocess.Popen(
        command, env=variables, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True, cwd=folder,
    )  # fmt: skip
    site = Installation(process, port, data)
    reader = threading.Thread(target=_read, args=(site,), daemon=True)
    reader.start()
    try:
        yield site
    finally:
        _end(site)
        reader.join(5)


def _read(site: Installation) -> None:
    assert site.process.stdout is not None
    with site.process.stdout as output:
        for line in output:
            site.printed.append(line)


def _end(site: Installation) -> None:
    if site.process.poll() is not None:
        return
    left = site.processes()
    site.process.terminate()
    _, alive = psutil.wait_procs(left, timeout=8)
    for one in alive:
        one.kill()
    site.process.wait(5)


class Visitor:
    """A browser of the standard library: cookies, forms and streams."""

    def __init__(self, site: Installation) -> None:
        self._site = site
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self._opener.open(self._site.address + path, timeout=30) as answer:
            text: str = answer.read().decode()
            return text

    def post(self, path: str, **values: str) -> tuple[int, str]:
        """Send the form of a page, with what the page has filled in; return the status and the page that follows."""
        body = urllib.parse.urlencode({**filled_in(self.get(path)), **values}).encode()
        try:
            with self._opener.open(self._site.address + path, body, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()

    def become_admin(self) -> None:
        """Create the admin's account with the link that the terminal showed; one is then signed in."""
        names = {"given_name": "Ada", "family_name": "Admin", "login": "ada", "contact": "Ada, local 12"}
        status, page = self.post(self._site.admin_path, **names, password=PASSWORD, repeated=PASSWORD)
        assert status == 200, page
        assert any(cookie.name == "etude" for cookie in self.cookies)

    @contextmanager
    def stream(self, path: str) -> Iterator[http.client.HTTPResponse]:
        """Open a stream of events and wait for its first line."""
        connection = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=30)
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.cookies)
        with closing(connection):
            connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/event-stream"})
            with connection.getresponse() as answer:
                assert answer.status == 200, answer.read()
                assert answer.getheader("Content-Type", "").startswith("text/event-stream")
                assert answer.readline()
                yield answer


def filled_in(page: str) -> dict[str, str]:
    """Return what a page's form holds already: hidden fields, values, what is chosen in lists."""
    values: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" in attributes:
            values[attributes["name"]] = attributes.get("value", "")
    for name, options in re.findall(r'<select\b[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        values[name] = chosen[1] if chosen else ""
    return values
