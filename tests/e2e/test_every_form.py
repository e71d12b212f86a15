"""Every rule of every form: told by the page before anything is sent, and in the same words by the server.

The rules are not listed here: they are read from the form classes and from the inputs that these draw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from tests.e2e import forms, pages
from tests.e2e.bench import sign_in
from tests.house.form_rules import form_classes, name_of, rules_of
from tests.installation import PASSWORD, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from tests.e2e.school import School
    from tests.e2e.work import Work
    from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.long]


class Clerk:
    """Breaks every rule of one form and notes what was not answered as it should be."""

    def __init__(self, page: Page, place: forms.Place, path: str, axe: Callable[[Page], list[Any]]) -> None:
        self.page, self.place, self.path, self.axe = page, place, path, axe
        self.wrong: list[str] = []
        self.seen: set[tuple[str, str]] = set()
        self.sent: list[str] = []
        page.on("request", lambda request: self.sent.append(request.url) if request.method == "POST" else None)

    @property
    def form(self) -> Locator:
        return self.page.locator(self.place.selector).first

    def go(self) -> None:
        for case in self._all():
            is_first = not any(rule != "choice" for _field, rule in self.seen)
            told = self._in_the_page(case, looks=is_first) if case.is_told else ""
            found = self._past_the_page(case) if is_first else self._asked_past_the_page(case)
            self._compare(case, told, found)
            self.seen.add((case.field, case.rule))

    def _look(self, state: str) -> None:
        self.wrong += [f"{state}: {fault}" for fault in self.axe(self.page)]

    def _all(self) -> list[forms.Case]:
        self._open()
        return forms.cases(self.form, has_blanks=self.place.has_blanks)

    def _open(self) -> None:
        self.page.goto(self.path)
        if self.page.locator("#page-data").count():
            self.page.wait_for_selector("html[data-ready]")
        forms.ask(self.form, "remember")

    def _in_the_page(self, case: forms.Case, *, looks: bool) -> str:
        self._break(case)
        self.sent.clear()
        self.form.locator(self.place.button).first.click()
        found = forms.ask(self.form, "tell", case.field)
        said = str(found["said"])
        if not said or "{" in said or not found["isInvalid"]:
            self.wrong.append(f"{case}: the page said “{said}”")
        if found["focus"] != case.field:
            self.wrong.append(f"{case}: the focus went to {found['focus']}")
        if looks:
            self._look("faults told by the page")
        if self.sent:
            self.wrong.append(f"{case}: it was sent")
            self._open()
            self._break(case)
        return said

    def _break(self, case: forms.Case) -> None:
        forms.ask(self.form, "restore")
        files = self.form.locator("input[type=file][required]")
        if files.count():
            files.first.set_input_files([] if case.field == files.first.get_attribute("name") else forms.PICTURE)
        forms.put(self.page, self.form, case)

    def _past_the_page(self, case: forms.Case) -> dict[str, Any]:
        """Send it by leaving the page, and look at the page that answers."""
        if not case.is_told:
            self._break(case)
        with self.page.expect_navigation() as answered:
            forms.ask(self.form, "sendPast", [self._values(case), self.place.button])
        found = {"status": answered.value.status}
        if found["status"] == 422:
            self._look("faults told by the server")
            found |= forms.ask(self.form, "tell", case.field)
        self._open()
        return found

    def _asked_past_the_page(self, case: forms.Case) -> dict[str, Any]:
        """Send it and stay, which is quicker: what answers is only read."""
        if not case.is_told:
            self._break(case)
        asked = [self._values(case), self.place.button, case.field, self.place.selector]
        found: dict[str, Any] = forms.ask(self.form, "askPast", asked)
        return found

    def _values(self, case: forms.Case) -> dict[str, Any]:
        return {**case.put, case.field: case.sent or case.typed or case.put.get(case.field, "")}

    def _compare(self, case: forms.Case, told: str, found: dict[str, Any]) -> None:
        if found["status"] != 422:
            self.wrong.append(f"{case}: the server answered {found['status']}")
            return
        if not found["said"] or told not in found["said"]:
            self.wrong.append(f"{case}: the page said “{told}”, the server “{found['said']}”")
        sent = str(self._values(case)[case.field]).strip()
        if case.is_told and found["kept"] is not None and found["kept"].strip() != sent:
            self.wrong.append(f"{case}: {found['kept'][:40]!r} was kept")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("place", forms.PLACES, ids=lambda place: place.name)
def test_every_rule_is_told_by_the_page_and_by_the_server(
    place: forms.Place,
    lang: str,
    open_context: Callable[..., BrowserContext],
    school: School,
    work: Work,
    watch: Any,
    axe: Callable[[Page], list[Any]],
) -> None:
    watch.expected += ["status of 422", "The specified value"]
    path = school.section_of_strangers(2) if place.path == "{cards}" else place.path
    who = (place.who_in_english if lang == "en" else "") or place.who
    visit = pages.fill(pages.Visit("", who, path), school, work)
    page = open_context(visit.who, lang=lang).new_page()
    clerk = Clerk(page, place, visit.path, axe)

    clerk.go()

    assert clerk.wrong == []
    missing = [rule for rule in _told_rules(place) if not _was_broken(rule, clerk.seen)]
    assert [str(rule) for rule in missing] == [], "rules that no broken value reached"


def _told_rules(place: forms.Place) -> list[Any]:
    classes = {name_of(form): form for form in form_classes()}
    return [rule for name in place.forms for rule in rules_of(classes[name]) if rule.told and not rule.is_hidden]


def _was_broken(rule: Any, seen: set[tuple[str, str]]) -> bool:
    ways = forms.KEPT_BY.get(rule.name, set())
    return not ways or any(
        way in ways and (field == rule.field or field.endswith(f"-{rule.field}") or rule.form == "quiz.QuizForm")
        for field, way in seen
    )


@pytest.fixture
def first_school(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A school where nobody is yet, and that can send mail."""
    data = tmp_path_factory.mktemp("forms") / "data"
    mail = {"ETUDE_SMTP_URL": "smtp://127.0.0.1:1", "ETUDE_MAIL_FROM": "etude@example.org"}
    with running(data, "--language", "fr", "--zone", "America/Toronto", "--empty", **mail) as site:
        yield site


def test_every_rule_of_the_forms_that_are_met_once(
    first_school: Installation, browser: Browser, axe: Callable[[Page], list[Any]]
) -> None:
    site = first_school
    contexts = [browser.new_context(base_url=site.address, locale="fr-CA") for _person in range(3)]
    admin, guest, again = (context.new_page() for context in contexts)
    places = {place.path: place for place in forms.ONCE}
    wrong: dict[str, list[str]] = {}

    def prove(page: Page, path: str, at: str = "") -> None:
        clerk = Clerk(page, places[path], at or path, axe)
        clerk.go()
        missing = [str(rule) for rule in _told_rules(places[path]) if not _was_broken(rule, clerk.seen)]
        wrong[path] = [*clerk.wrong, *missing]

    def submit(page: Page, **typed: str) -> None:
        for name, text in typed.items():
            page.fill(f"main [name={name}]", text)
        with page.expect_navigation():
            page.click("main form button.main")
        assert page.locator(".error-summary").count() == 0, page.inner_text("main")

    prove(admin, "{admin_path}", site.admin_path)
    admin.goto(site.admin_path)
    submit(admin, given_name="Ada", family_name="Rivard", login="ada", school_name="École", contact="Ada",
           address=site.address, password=PASSWORD, repeated=PASSWORD)  # fmt: skip
    admin.goto("/school/accounts/new")
    submit(admin, given_name="Jeanne", family_name="Lefèvre", login="jeanne")
    prove(guest, "{invitation}", admin.locator("#link").input_value())
    prove(guest, "/auth/forgot")
    admin.goto("/auth/second-factor/enable")
    secret = admin.locator("main code").first.inner_text().replace(" ", "")
    submit(admin, code=pyotp.TOTP(secret).now())
    prove(admin, "/auth/second-factor/remove")
    sign_in(again, "ada")
    prove(again, "/auth/code")
    for context in contexts:
        context.close()

    assert {path: faults for path, faults in wrong.items() if faults} == {}
    assert set(wrong) == set(places)
