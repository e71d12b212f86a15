"""Every page of the real site: accessible, silent on the console, in its own language, without loss at 320 pixels."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from etude.app import create_app
from etude.config import Config
from tests.e2e import pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.conftest import Watch
    from tests.e2e.school import School
    from tests.e2e.work import Work

pytestmark = pytest.mark.browser

OVERFLOW = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => e.tagName + "." + e.className).slice(0, 5)"""
WORDS = """() => {
    const copy = document.body.cloneNode(true);
    const others = "[lang=en], [lang=zxx], [translate=no], [name=zone], script, code, pre";
    for (const e of copy.querySelectorAll(others)) e.remove();
    const labels = [...copy.querySelectorAll("[aria-label], [alt], [title]")];
    const said = (e) => ["aria-label", "alt", "title"].map((name) => e.getAttribute(name) ?? "");
    return [copy.textContent, document.title, ...labels.flatMap(said)].join(" ");
}"""
ENGLISH = re.compile(
    r"\b(the|of|and|your|you|with|this|that|from|have|has|been|are|was|will|what|who|when|save|add|delete|show|hide|"
    r"sign in|sign out|password|first name|user name|course|file|none|required|optional|hand in|hint|answer)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"«[^»]*»|“[^”]*”")
COURSE_LANGUAGE = re.compile(r"^(pages\.design|audit_log\.)")
"""The showcase shows words of both languages; the audit log shows the names of fields as they are."""


@cache
def url_map(folder: Path) -> dict[str, str]:
    """Return every endpoint that answers GET, with its rule."""
    folder.mkdir()
    config = Config(data=folder, testing=True)
    config.make_secret_key()
    rules = create_app(config).url_map.iter_rules()
    return {rule.endpoint: rule.rule for rule in rules if "GET" in (rule.methods or ())}


def test_the_list_of_pages_is_the_map_of_the_site(tmp_path: Path) -> None:
    listed = {visit.endpoint for visit in pages.VISITS if visit.endpoint != "error"} | set(pages.NO_PAGES)

    known = set(url_map(tmp_path / "data")) - {"static"}

    assert sorted(known - listed) == [], "pages that no test opens"
    assert sorted(listed - known) == [], "pages that are gone"


class Reader:
    """One browser for each combination of person, language, theme and width: pages open faster in a warm one."""

    def __init__(self, school: School, work: Work) -> None:
        self.school, self.work = school, work
        self.open: dict[tuple[object, ...], tuple[BrowserContext, Page, Watch]] = {}

    def visit(self, visit: pages.Visit, *, lang: str, theme: str, width: int) -> tuple[Page, Watch]:
        filled = pages.fill(visit, self.school, self.work)
        page, watch = self._page(filled.who, lang, theme, width)
        watch.said.clear()
        watch.expected = [f"status of {visit.status}"] if visit.status >= 400 else []
        answer = page.goto(filled.path)
        assert answer is not None
        assert answer.status == visit.status
        if page.locator("#page-data").count():
            page.wait_for_selector("html[data-ready]")
        page.wait_for_load_state("load")
        return page, watch

    def _page(self, who: str, lang: str, theme: str, width: int) -> tuple[Page, Watch]:
        from tests.e2e.conftest import Watch

        key = (who, lang, theme, width)
        if key not in self.open:
            options = {"viewport": {"width": width, "height": 900}, "color_scheme": theme, "reduced_motion": "reduce"}
            context = self.school.context(who, locale=f"{lang}-CA", **options)
            context.add_cookies([{"name": "etude_lang", "value": lang, "url": self.school.address}])
            watch = Watch((self.school.address,))
            watch.over(context)
            self.open[key] = (context, context.new_page(), watch)
        return self.open[key][1:]

    def close(self) -> None:
        for context, _page, _watch in self.open.values():
            context.close()


@pytest.fixture(scope="module")
def reader(school: School, work: Work) -> Iterator[Reader]:
    reader = Reader(school, work)
    yield reader
    reader.close()


def _visits() -> list[Any]:
    marks = {True: (), False: (pytest.mark.long,)}
    return [pytest.param(visit, id=visit.name, marks=marks[visit.essential]) for visit in pages.VISITS]


@pytest.mark.parametrize("visit", _visits())
def test_page_in_french_and_light(visit: pages.Visit, reader: Reader, axe: Callable[..., list[Any]]) -> None:
    page, watch = reader.visit(visit, lang="fr", theme="light", width=1440)

    assert axe(page) == []
    assert watch.left() == []
    assert page.locator("html").get_attribute("lang") == "fr"
    if not COURSE_LANGUAGE.match(visit.endpoint):
        words = QUOTED.sub("", page.evaluate(WORDS))
        assert {found[0] for found in ENGLISH.finditer(words)} == set()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert axe(page, "color-contrast") == []


@pytest.mark.parametrize("visit", _visits())
def test_page_in_english_dark_and_narrow(visit: pages.Visit, reader: Reader, axe: Callable[..., list[Any]]) -> None:
    page, watch = reader.visit(visit, lang="en", theme="dark", width=320)

    assert page.evaluate(OVERFLOW) == []
    assert axe(page) == []
    assert watch.left() == []
    assert page.locator("html").get_attribute("lang") == "en"
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert axe(page, "color-contrast") == []


@pytest.mark.long
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_answer_that_is_being_judged_has_no_accessibility_fault(
    lang: str, open_page: Callable[..., Page], school: School, student: str, axe: Callable[..., list[Any]]
) -> None:
    answer = school.hand_in(student, "hello", "while True: pass\n")
    page = open_page(answer, student, lang=lang, theme="dark", width=320)

    assert page.locator("#results").get_attribute("data-state") in ("queued", "judging")
    assert axe(page) == []
    assert page.evaluate(OVERFLOW) == []


@pytest.mark.long
@pytest.mark.parametrize("visit", [pytest.param(visit, id=visit.name) for visit in pages.VISITS])
def test_page_in_french_fits_320_pixels(visit: pages.Visit, reader: Reader) -> None:
    page, watch = reader.visit(visit, lang="fr", theme="dark", width=320)

    assert page.evaluate(OVERFLOW) == []
    assert watch.left() == []
