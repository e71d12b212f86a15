"""Python’s turtle draws beside the console: from the server’s jail and from the page’s own Python alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.bench import PYTHON_MS, VERDICT_MS, warm_up, write
from tests.e2e.test_live_console import screen
from tests.e2e.test_live_console import worker as worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.school import School

pytestmark = [pytest.mark.browser, pytest.mark.long]

SQUARE = """import turtle
turtle.speed(0)
turtle.color("red", "gold")
turtle.begin_fill()
for _ in range(4):
    turtle.forward(100)
    turtle.left(90)
turtle.end_fill()
turtle.write("été")
turtle.done()
print("fini")
"""
SAID = "Le dessin de la tortue\u00a0: traits 4, surfaces remplies 1, textes 1."
HOSTILE = r"""
commands = ['["line",0,0,0,10,10,1,"red"]',
            '["line",0,0,0,1e999,10,1,"red"]', '["line",0,0,0,1,1,1,"url(x)"]',
            '["constructor"]',
            '["text",0,0,0,10,"left","red","<img src=x onerror=alert(1)>"]', '["line",0,0', '{"a":1}',
            '["turtle",0,0,0,0,"red","red","toString",1]', '["stamp",1000000,0,0,0,"red","red","arrow"]', '["begin"]']
for one in commands:
    print(f"\x1b_turtle:{one}\x1b\\", end="")
print("fini")
"""


def test_the_turtle_draws_the_same_from_the_jail_and_in_the_page(
    open_page: Callable[..., Page], school: School, student: str, axe: Callable[[Page], list[Any]]
) -> None:
    page = open_page(f"{school.path('hello')}?language=python", student, width=360)
    write(page, SQUARE)

    page.click("#run-server")
    expect(screen(page)).to_contain_text("fini", timeout=VERDICT_MS)
    expect(page.locator("#drawing-said")).to_have_text(SAID)
    from_the_jail = page.locator("#drawing svg").inner_html()
    warm_up(page)
    page.click("#run")
    expect(page.locator("#console-log")).to_have_text("fini\n", timeout=PYTHON_MS)
    expect(page.locator("#drawing-said")).to_have_text(SAID)

    assert page.locator("#drawing svg").inner_html() == from_the_jail
    assert page.locator("#drawing line[stroke=red]").count() == 4
    assert axe(page) == []
    assert page.locator("#drawing polygon[fill=gold][points='0,0 100,0 100,-100 0,-100 0,0']").count() == 1
    assert page.get_by_role("img", name=SAID).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_no_drawing_is_passed_over_and_never_markup(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(f"{school.path('hello')}?language=python", student)
    write(page, HOSTILE)

    page.click("#run-server")
    expect(screen(page)).to_contain_text("fini", timeout=VERDICT_MS)
    expect(page.locator("#drawing-said")).to_contain_text("traits 1, surfaces remplies 0, textes 1.")

    assert "turtle" not in screen(page).inner_text()
    assert page.locator("#drawing text").text_content() == "<img src=x onerror=alert(1)>"
    assert page.locator("#drawing :is(img, script, foreignObject)").count() == 0
    assert page.locator("#drawing g > *").count() == 2
