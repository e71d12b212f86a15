"""Each rule of the forms, twice: told by the page before anything is sent, and by the server when the page is mute."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.school import School

pytestmark = [pytest.mark.browser]

EMPTY, EMPTY_EN = "Remplissez ce champ.", "Fill in this field."


@dataclass(frozen=True)
class Rule:
    """One rule: where, what is typed, at which field it is wrong, and what the page and the server say."""

    path: str
    who: str
    typed: dict[str, str]
    at: str
    page_says: str
    server_says: str
    lang: str = "fr"
    also: dict[str, str] = field(default_factory=dict)
    """What is chosen in lists."""

    @property
    def name(self) -> str:
        return f"{self.path} {self.at} ({self.lang}): {self.page_says or self.server_says}"


NO_FAMILY_NAME = {"family_name": "", "given_name": "Emma"}
RULES = [
    Rule("/auth/sign-in", "", {"login": "", "password": "x"}, "login", EMPTY, "nom d’utilisateur"),
    Rule("/auth/sign-in", "", {"login": "ada", "password": ""}, "password", EMPTY, "mot de passe"),
    Rule("/auth/sign-in", "", {"login": "", "password": "x"}, "login", EMPTY_EN, "Type your user name.", "en"),
    Rule("/join", "", {"code": ""}, "code", EMPTY, "six lettres"),
    Rule("{claim}", "", {"password": "court", "repeated": "court"}, "password", "au moins 8", "8"),
    Rule("{claim}", "", {"password": "une longue phrase", "repeated": ""}, "repeated", EMPTY, ""),
    Rule("{claim}", "", {"password": "une longue phrase", "repeated": "une autre"}, "repeated", "", "deux"),
    Rule("{claim}", "", {"password": "motdepasse", "repeated": "motdepasse"}, "password", "", "."),
    Rule("/courses/new", "teacher", {"code": "", "title": "Un cours"}, "code", EMPTY, "code"),
    Rule("/courses/new", "teacher", {"code": "ICS", "title": ""}, "title", EMPTY, "titre"),
    Rule("/courses/new", "teacher", {"code": "ETUDE-1", "title": "Encore"}, "code", "", "ETUDE-1|déjà"),
    Rule("{hello}/settings", "teacher", {"points": ""}, "points", EMPTY, "points"),
    Rule("{hello}/settings", "teacher", {"points": "dix"}, "points", "", "nombre|chiffre"),
    Rule("{hello}/settings", "teacher", {"attempts": "0"}, "attempts", "plus petite valeur permise est 1", "1 à 1"),
    Rule("{hello}/settings", "teacher", {"attempts": "1001"}, "attempts", "plus grande valeur permise est 1000", "1 à"),
    Rule("{hello}/settings", "teacher", {"late_percent": "101"}, "late_percent", "est 100", "0 à 100"),
    Rule("{hello}/settings", "teacher", {"late_floor_percent": "-1"}, "late_floor_percent", "est 0", "0 à 100", "fr"),
    Rule("{hello}/settings", "teacher", {"opens_at": "2026-12-02T10:00", "due_at": "2026-12-01T10:00"}, "due_at", "",
         "avant"),
    Rule("{hello}/settings", "teacher", {"due_at": "2026-12-02T10:00", "closes_at": "2026-12-01T10:00"}, "closes_at",
         "", "avant"),
    Rule("/courses/{course}/people/new", "teacher", NO_FAMILY_NAME, "family_name", EMPTY, "nom"),
    Rule("/courses/{course}/people/add", "teacher", {"login": ""}, "login", EMPTY, "nom d’utilisateur"),
    Rule("/courses/{course}/people/add", "teacher", {"login": "personne.ici"}, "login", "", "."),
    Rule("/courses/{course}/people/import", "teacher", {"text": ""}, "text", "", "nom"),
    Rule("/auth/profile", "teacher", {"given_name": ""}, "given_name", EMPTY, "prénom"),
    Rule("/auth/profile", "teacher", {"family_name": ""}, "family_name", EMPTY_EN, "Type the family name.", "en"),
    Rule("/auth/password", "teacher", {"present": "", "password": "une longue phrase", "repeated": "une longue phrase"},
         "present", EMPTY, "mot de passe"),
    Rule("/school/accounts/new", "admin", {"given_name": "A", "family_name": "B", "login": "a b"}, "login", "écrit",
         "."),
    Rule("/school/accounts/new", "admin", {"given_name": "A", "family_name": "B", "login": "ab", "email": "ab"},
         "email", "écrit", "."),
    Rule("/school/settings", "admin", {"address": "etude"}, "address", "écrit", "."),
]  # fmt: skip
TOLD_BY_THE_PAGE = [rule for rule in RULES if rule.page_says]
TOLD_BY_THE_SERVER = [rule for rule in RULES if rule.server_says]


@pytest.fixture
def fill(open_page: Callable[..., Page], school: School) -> Callable[[Rule], Page]:
    """Open a rule's page and type what is wrong."""

    def fill_(rule: Rule) -> Page:
        claim = f"/join/{school.class_code}/name?place={school.free_place()}"
        path = rule.path.format(claim=claim, course=school.course, hello=school.path("hello"))
        page = open_page(path, rule.who, lang=rule.lang, expect="status of 422")
        for name, text in rule.typed.items():
            page.fill(f"main [name={name}]", text)
        return page

    return fill_


def _ids(rules: list[Rule]) -> list[object]:
    """Return the rules as parameters; `make test` takes the first of each page, `make test-long` the others."""
    first: dict[str, Rule] = {}
    for rule in rules:
        first.setdefault(rule.path, rule)
    marks = {True: (), False: (pytest.mark.long,)}
    return [pytest.param(rule, id=rule.name, marks=marks[first[rule.path] is rule]) for rule in rules]


@pytest.mark.parametrize("rule", _ids(TOLD_BY_THE_PAGE))
def test_page_says_what_is_wrong_before_anything_is_sent(rule: Rule, fill: Callable[[Rule], Page]) -> None:
    page = fill(rule)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    page.click("main form[data-validate] button.main")

    expect(page.locator(f"#{rule.at}-error")).to_have_text(re.compile(rule.page_says))
    assert page.locator(f"#{rule.at}").get_attribute("aria-invalid") == "true"
    assert page.evaluate("document.activeElement.id") == rule.at
    assert sent == []


@pytest.mark.parametrize("rule", _ids(TOLD_BY_THE_SERVER))
def test_server_says_it_too_and_keeps_what_was_typed(rule: Rule, fill: Callable[[Rule], Page]) -> None:
    page = fill(rule)

    with page.expect_navigation():
        page.evaluate("document.querySelector('main form[data-validate]').submit()")  # asks none of the page's checks

    expect(page.locator(f"#{rule.at}-error")).to_have_text(re.compile(rule.server_says))
    assert page.locator(".error-summary").count() == 1
    for name, text in rule.typed.items():
        box = page.locator(f"main [name={name}]")
        kept = "" if box.get_attribute("type") == "password" else text
        assert box.input_value() == kept, name


def test_second_press_sends_nothing_twice(open_page: Callable[..., Page], school: School) -> None:
    page = open_page("/courses/new", "teacher")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.fill("[name=code]", "DEUX-FOIS")
    page.fill("[name=title]", "Deux fois")

    page.evaluate("for (const i of [1, 2, 3]) document.querySelector('main form button.main').click()")
    page.wait_for_url(re.compile(r"/courses/\d+"))

    assert len(sent) == 1


def test_boxes_of_which_one_is_needed_ask_for_one_and_not_for_all(
    open_page: Callable[..., Page], school: School
) -> None:
    page = open_page(school.section_of_strangers(2), "teacher")
    while (chosen := page.locator("main input[type=checkbox]:checked")).count():
        chosen.first.uncheck()

    page.click("main form button.main")
    expect(page.locator("#students-error")).to_have_text("Cochez au moins une case.")
    page.locator("main input[type=checkbox]").last.check()
    page.click("main form button.main")

    expect(page.locator(".login-card")).to_have_count(1)
