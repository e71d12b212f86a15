"""A real `etude serve` on loopback for the benchmarks, with a school of its own, and a bounded client for it."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "a long sentence for a benchmark"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """One keep-alive connection with cookies; follows nothing by itself."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        answer = self._ask_again(method, path, body, headers)
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
        return answer.status, dict(answer.getheaders()), text

    def _ask_again(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """Ask; a connection that the server closed while it was idle is opened anew, as browsers do."""
        try:
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()
        except (ConnectionResetError, BrokenPipeError):
            self.connection.close()
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()

    def get(self, path: str) -> str:
        status, headers, text = self.ask("GET", path)
        if status in (302, 303):
            return self.get(urllib.parse.urlsplit(headers["Location"]).path)
        assert status == 200, (status, path, text[:300])
        return text

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert found, path
        return found[1]

    def post(self, path: str, form_page: str, **fields: str) -> tuple[int, dict[str, str], str]:
        body = urllib.parse.urlencode({"csrf_token": self.token(form_page), **fields})
        return self.ask("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self, login: str, password: str) -> Self:
        status, _, text = self.post("/auth/sign-in", "/auth/sign-in", login=login, password=password)
        assert status in (302, 303), text[:500]
        return self


class Site:
    """A running school: its port, its processes, its data folder."""

    def __init__(self, process: subprocess.Popen[str], port: int, data: Path, admin_path: str) -> None:
        self.process, self.port, self.data, self.admin_path = process, port, data, admin_path

    def browser(self) -> Browser:
        return Browser(self.port)

    def processes(self) -> list[psutil.Process]:
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def cpu_s(self) -> float:
        return sum(p.cpu_times().user + p.cpu_times().system for p in self.processes() if p.is_running())

    def pss_mb(self) -> float:
        return sum(p.memory_full_info().pss for p in self.processes() if p.is_running()) / 1e6


@contextmanager
def site(*options: str) -> Iterator[Site]:
    """Start a school in a scratch folder, wait until it listens, and stop it in the end."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="etude-bench-") as folder:
        data = Path(folder) / "data"
        command = [
            sys.executable,
            "-m",
            "etude",
            "serve",
            "--data",
            str(data),
            "--port",
            str(port),
            "--language",
            "en",
            *options,
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True
        )
        try:
            assert process.stdout is not None
            admin_path = ""
            for line in process.stdout:
                if found := re.search(r"(/auth/first-admin/\S+)", line):
                    admin_path = found[1]
                if "Ctrl-C" in line:
                    break
            _wait_until_it_answers(port)
            yield Site(process, port, data, admin_path)
        finally:
            process.terminate()
            process.wait(10)


def _wait_until_it_answers(port: int, deadline_s: float = 30) -> None:
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        try:
            if Browser(port).ask("GET", "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError("the site did not answer")


def make_admin(running: Site) -> Browser:
    """Create the admin through the one-time link, as a person would."""
    browser = running.browser()
    fields = {
        "given_name": "Root", "family_name": "Admin", "login": "root", "password": PASSWORD, "repeated": PASSWORD,
        "school_name": "Bench", "name": "Bench", "locale": "en", "zone": "America/Toronto", "contact": "me",
    }  # fmt: skip
    status, _, text = browser.post(running.admin_path, running.admin_path, **fields)
    assert status in (302, 303), text[:800]
    return browser


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(name: str, **figures: object) -> None:
    """Print one line of JSON: what was measured, and the figures with their units in their names."""
    print(json.dumps({"benchmark": name, **figures}, ensure_ascii=False), flush=True)
