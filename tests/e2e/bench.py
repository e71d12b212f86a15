"""What a student does on the page of a program: write, run, hand in, wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.installation import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

PYTHON_MS = 60_000
"""Starting Python in the page takes 2 s, and much more beside other work."""
VERDICT_MS = 60_000
FINISHED = "#run:not([disabled])"


def write(page: Page, program: str) -> None:
    """Put a program into the editor, as pasting does."""
    page.evaluate("text => { etude.editors[0].code = text }", program)


def program(page: Page) -> str:
    """Return what is in the editor."""
    text: str = page.evaluate("etude.editors[0].code")
    return text


def type_first(page: Page, text: str) -> None:
    """Type at the start of the program, key by key."""
    page.click(".cm-content")
    page.keyboard.press("Control+Home")
    page.keyboard.type(text)


def wait_until_saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")


def save(page: Page) -> None:
    """Save now, not after a pause in the typing."""
    page.evaluate("etude.saver.save()")
    wait_until_saved(page)


def warm_up(page: Page) -> None:
    """Wait until Python is there: a slow start would send the run to the server."""
    page.evaluate("etude.bench.runner.load().then(() => 1)")


def run_to_end(page: Page, *lines: str) -> str:
    """Run the program, answer what it asks; return what the console shows."""
    page.click("#run")
    for line in lines:
        page.wait_for_selector("#console-input:focus", timeout=PYTHON_MS)
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    page.wait_for_selector(FINISHED, timeout=PYTHON_MS)
    return page.inner_text("#console-log")


def hand_in(page: Page) -> None:
    """Press the button and wait for the verdict."""
    before = page.inner_text("#results-title")
    page.click("#submit")
    expect(page.locator("#results-title")).not_to_have_text(before, timeout=VERDICT_MS)
    wait_for_verdict(page)


def wait_for_verdict(page: Page) -> None:
    page.wait_for_selector("#results[data-state=judged]", timeout=VERDICT_MS)


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Sign in through the form."""
    page.goto("/auth/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("main form button.main")
    page.wait_for_url(lambda url: "/auth/sign-in" not in url)
