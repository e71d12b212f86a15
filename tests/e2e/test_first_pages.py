"""Pages that are seen once: the admin's link, an invitation, the second step. On a school of their own, with axe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from playwright.sync_api import expect

from tests.e2e.bench import sign_in
from tests.e2e.conftest import Watch
from tests.installation import PASSWORD, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("first") / "data"
    with running(data, "--language", "fr", "--zone", "America/Toronto", "--empty") as site:
        yield site


@pytest.fixture
def new_page(browser: Browser, site: Installation) -> Iterator[Callable[..., Page]]:
    watch = Watch((site.address,))
    watch.expected = ["status of 422"]
    contexts = []

    def open_(**options: Any) -> Page:
        context = browser.new_context(base_url=site.address, locale="fr-CA", **options)
        contexts.append(context)
        watch.over(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()
    assert watch.left() == []


def submit(page: Page, **typed: str) -> None:
    for name, text in typed.items():
        page.fill(f"main [name={name}]", text)
    page.click("main form button.main")


def test_from_the_admins_link_to_the_second_step(
    new_page: Callable[..., Page], site: Installation, axe: Callable[..., list[Any]]
) -> None:
    page = new_page()
    page.goto(site.admin_path)
    assert axe(page) == []
    submit(page, given_name="Ada", family_name="Rivard", login="ada", contact="Ada", password="court", repeated="court")
    expect(page.locator("#password-error")).to_contain_text("10")
    assert axe(page) == []
    submit(page, password=PASSWORD, repeated=PASSWORD)
    page.wait_for_url("**/courses")
    expect(page.locator(".empty")).to_be_visible()
    assert axe(page) == []

    page.goto("/school/accounts/new")
    submit(page, given_name="Jeanne", family_name="Lefèvre", login="jeanne")
    link = page.locator("#link").input_value()
    assert axe(page) == []
    guest = new_page(viewport={"width": 320, "height": 700})
    guest.goto(link)
    assert axe(guest) == []
    assert guest.evaluate("document.documentElement.scrollWidth") == 320
    submit(guest, password=PASSWORD, repeated=PASSWORD)
    guest.wait_for_url(re.compile("/courses|/home"))

    page.goto("/auth/second-factor/enable")
    secret = page.locator("main code").first.inner_text().replace(" ", "")
    assert axe(page) == []
    submit(page, code=pyotp.TOTP(secret).now())
    expect(page.locator(".codes li").first).to_be_visible()
    recovery = page.locator(".codes li code").first.inner_text()
    assert axe(page) == []
    for path in ("/auth/second-factor", "/auth/second-factor/codes", "/auth/second-factor/remove"):
        page.goto(path)
        assert axe(page) == []

    again = new_page()
    sign_in(again, "ada")
    again.wait_for_url(re.compile("/auth/code"))
    assert axe(again) == []
    submit(again, code=recovery)
    again.wait_for_url(re.compile("/courses|/home"))
