"""The harness's server, and a page that fails its test on any console message.

What the real site is tested for too is run by `make test-long` only.
"""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

sys.path.insert(0, str(Path(__file__).parent))

from typing import TYPE_CHECKING

from fake_school import School
from harness import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

ESSENTIAL = {
    "test_program_cannot_reach_the_site",
    "test_stop_ends_any_loop[stubborn]",
    "test_program_reads_lines_typed_before_where_nothing_else_works",
    "test_result_is_polled_where_the_stream_is_not_to_be_had[silent]",
    "test_sign_out_saves_first_and_leaves_nothing_in_the_browser",
}
"""Run by `make test`: what the browser must never allow, and what the real site cannot be brought to do."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.name not in ESSENTIAL:
            item.add_marker(pytest.mark.long)


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        pass


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
