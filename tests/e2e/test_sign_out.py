"""A shared computer: after signing out nothing of the person is left in the browser, whichever way one goes back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Watch
from tests.installation import PASSWORD, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(params=["127.0.0.1", "etude.lan"])
def page(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The admin's browser: once where browsers trust the address, once on plain http by a name in the network."""
    with running(tmp_path / "data", "--language", "en", "--zone", "America/Toronto", "--empty") as site:
        base = f"http://{request.param}:{site.port}"
        watch = Watch((base,))
        watch.expected = ["^info: Clear-Site-Data header .* Cleared data types"]
        context = browser.new_context(base_url=base, locale="en-CA")
        watch.over(context)
        page = context.new_page()
        page.goto(site.admin_path)
        typed = {"given_name": "Ada", "family_name": "Rivard", "login": "ada", "contact": "Ada"}
        for name, text in {**typed, "password": PASSWORD, "repeated": PASSWORD}.items():
            page.fill(f"main [name={name}]", text)
        page.click("main form button.main")
        page.wait_for_url("**/courses")
        yield page
        context.close()
        assert watch.left() == []


def test_the_back_button_shows_nothing_after_signing_out(page: Page) -> None:
    page.goto("/auth/profile")
    page.evaluate('localStorage.setItem(\'etude:code:1:7\', \'{"at": 1, "text": "mine"}\')')
    page.click("details[data-menu] summary")

    page.click("form[data-sign-out] button")
    page.wait_for_url("**/auth/sign-in")
    for _ in range(2):
        page.go_back()
        expect(page.locator("main [name=login]")).to_be_visible()
        assert "Rivard" not in page.content()

    assert page.evaluate("Object.keys(localStorage)") == []
    assert page.evaluate("sessionStorage.length") == 0
    page.goto("/courses")
    page.wait_for_url(re.compile("/auth/sign-in"))
    assert [cookie["name"] for cookie in page.context.cookies() if "device" not in cookie["name"]] in ([], ["etude"])
