"""Chromium, the harness's server and a page that fails its test on any console message."""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

sys.path.insert(0, str(Path(__file__).parent))

from fake_school import School
from harness import DIST, ROOT, create_app

CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP etude.lan 127.0.0.1"]  # fmt: skip


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="session")
def browser():
    if not (DIST / "manifest.json").is_file():
        pytest.fail("The pages are not built: run `python hatch_build.py`.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def school():
    return School()


@pytest.fixture
def site(school):
    server = make_server("127.0.0.1", 0, create_app(school), threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    school.judge.set()
    school.run_done.set()
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture
def open_page(browser, site):
    """Open a page in a context of its own; at the end, no console message may be left but those the test expects."""
    contexts, problems, expected = [], [], []

    def open_(path: str, *, width: int = 1440, expect: str = "", host: str = "", **options) -> Page:
        options = {"locale": "en-CA", "viewport": {"width": width, "height": 900}, **options}
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        if expect:
            expected.append(expect)
        page.on("console", lambda message: problems.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto((site.replace("127.0.0.1", host) if host else site) + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    left = [text for text in problems if not any(re.search(pattern, text) for pattern in expected)]
    assert not left, left


@pytest.fixture
def axe():
    """Run axe in a page; returns its violations, short."""

    def run(page: Page) -> list[tuple]:
        # evaluate() goes through the debugger; add_script_tag would be refused by the page's policy, as it should
        page.evaluate(AXE.read_text())
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        assert len(found["passes"]) > 15
        return [
            (v["id"], [n["target"] for n in v["nodes"]][:4], v["nodes"][0]["failureSummary"])
            for v in found["violations"]
        ]

    return run


@pytest.fixture
def bench(open_page):
    """Open the code activity and wait until its scripts have done their work."""

    def open_(path: str = "/assignments/1", **options) -> Page:
        page = open_page(path, **options)
        page.wait_for_selector("html[data-ready]")
        return page

    return open_


@pytest.fixture
def write():
    """Put a program into the first editor."""

    def write_(page: Page, text: str) -> None:
        page.evaluate("text => { etude.editors[0].code = text }", text)

    return write_
