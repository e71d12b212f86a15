"""Forms beyond their declared rules (those are in test_every_form): what only the server knows, second presses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.school import School

pytestmark = [pytest.mark.browser]


@dataclass(frozen=True)
class Rule:
    """What only the server can know: where, what is typed, at which field it is wrong, what is said."""

    path: str
    who: str
    typed: dict[str, str]
    at: str
    says: str

    @property
    def name(self) -> str:
        return f"{self.path} {self.at}: {self.says}"


PERSON = {"given_name": "A", "family_name": "B"}
COMMON = {"password": "motdepasse", "repeated": "motdepasse"}
RULES = [
    Rule("{claim}", "", COMMON, "password", "tout le monde"),
    Rule("{claim}", "", {"password": "aaaaaaaaaa", "repeated": "aaaaaaaaaa"}, "password", "répète"),
    Rule("/courses/new", "teacher", {"code": "ETUDE-1", "title": "Encore"}, "code", "ETUDE-1|déjà"),
    Rule("/courses/{course}/people/add", "teacher", {"login": "personne.ici"}, "login", "compte"),
    Rule("/courses/{course}/people/import", "teacher", {"text": ""}, "text", "nom"),
    Rule("/school/accounts/new", "admin", {**PERSON, "login": "jeanne"}, "login", "déjà"),
]


@pytest.fixture
def fill(open_page: Callable[..., Page], school: School) -> Callable[[Rule], Page]:
    """Open a rule's page and type what is wrong."""

    def fill_(rule: Rule) -> Page:
        claim = f"/join/{school.class_code}/name?place={school.free_place()}"
        path = rule.path.format(claim=claim, course=school.course, hello=school.path("hello"))
        page = open_page(path, rule.who, expect="status of 422")
        for name, text in rule.typed.items():
            page.fill(f"main [name={name}]", text)
        return page

    return fill_


@pytest.mark.long
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_only_the_server_knows_is_said_at_its_field(rule: Rule, fill: Callable[[Rule], Page]) -> None:
    page = fill(rule)

    page.click("main form[data-validate] button.main")

    expect(page.locator(f"#{rule.at}-error")).to_have_text(re.compile(rule.says))
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
    expect(page.locator("#students-error")).to_have_text("Choisissez au moins un élève.")
    page.locator("main input[type=checkbox]").last.check()
    page.click("main form button.main")

    expect(page.locator(".login-card")).to_have_count(1)
