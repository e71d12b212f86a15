"""Chromium, a real `etude serve` with a school in it, and pages that fail their test on any console message."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.school import School
from tests.e2e.work import Work, do_work
from tests.installation import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
DIST = ROOT / "src" / "etude" / "static" / "dist"
CHROMIUM = next(
    (path for path in (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser")) if path.exists()), None
)
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP etude.lan 127.0.0.1"]  # fmt: skip
ZONE = "America/Toronto"
PATIENCE_MS = 20_000
"""How long an element may take to come: a machine that does other things is slow, not wrong."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not (DIST / "manifest.json").is_file():
        pytest.fail("The pages are not built: run `python hatch_build.py`.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def school(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A school that lasts for all tests: each test brings a student of its own."""
    data = tmp_path_factory.mktemp("school") / "data"
    with running(data, "--language", "fr", "--zone", "America/Toronto") as site:
        found = School(site, browser)
        found.found()
        yield found


@pytest.fixture(scope="session")
def work(school: School) -> Work:
    """Work of all sorts in the school."""
    return do_work(school)


class Watch:
    """What the pages of a test said that they should not: console messages, faults, requests to other hosts."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self.hosts = hosts
        self.said: list[str] = []
        self.expected: list[str] = []

    def over(self, context: BrowserContext) -> None:
        context.on("console", lambda message: self.said.append(f"{message.type}: {message.text} ({message.page.url})"))
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        context.on("request", lambda request: self.look(request.url))

    def look(self, url: str) -> None:
        if not url.startswith((*self.hosts, "data:", "blob:", "about:")):
            self.said.append(f"a request to {url}")

    def left(self) -> list[str]:
        return [text for text in self.said if not any(re.search(pattern, text) for pattern in self.expected)]


@pytest.fixture
def watch(school: School) -> Iterator[Watch]:
    port = school.site.port
    watch = Watch((school.address, f"http://etude.lan:{port}", f"http://localhost:{port}"))
    yield watch
    assert watch.left() == []


@pytest.fixture
def open_context(school: School, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Return a way to open a browser for somebody: `open_context("teacher", lang="en", width=390, theme="dark")`."""
    contexts: list[BrowserContext] = []

    def open_(who: str = "", *, width: int = 1440, lang: str = "fr", theme: str = "light", **options: Any) -> Any:
        height = 900 if width > 800 else 844
        options = {
            "viewport": {"width": width, "height": height},
            "color_scheme": theme,
            "timezone_id": ZONE,
            **options,
        }
        context = school.context(who, locale={"fr": "fr-CA", "en": "en-CA"}[lang], **options)
        host = options.get("base_url", school.address)
        context.add_cookies([{"name": "etude_lang", "value": lang, "url": host}])
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        contexts.append(context)
        return context

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(open_context: Callable[..., BrowserContext], watch: Watch) -> Callable[..., Page]:
    """Return a way to open a page in a browser of its own; `expect` is a pattern of the console lines it may say."""

    def open_(path: str, who: str = "", *, expect: str = "", **options: Any) -> Page:
        if expect:
            watch.expected.append(expect)
        page: Page = open_context(who, **options).new_page()
        page.goto(path)
        if page.locator("#page-data").count() and options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]")
        return page

    return open_


@pytest.fixture
def student(school: School) -> str:
    """A student who has just claimed a name of the class."""
    return school.student()


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[tuple[str, Any, str]]]:
    """Run axe in a page; returns its violations, short. `rules` narrows what is looked for."""
    source = AXE.read_text()

    def run(page: Page, *rules: str) -> list[tuple[str, Any, str]]:
        # evaluate() goes through the debugger; add_script_tag would be refused by the page's policy, as it should
        page.evaluate(source)
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
        found = page.evaluate("only => axe.run({runOnly: only})", only)
        assert rules or len(found["passes"]) > 12
        return [
            (fault["id"], [node["target"] for node in fault["nodes"]][:4], fault["nodes"][0]["failureSummary"])
            for fault in found["violations"]
        ]

    return run
