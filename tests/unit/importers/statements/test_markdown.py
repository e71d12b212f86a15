"""Markdown of other systems becomes ours."""

from __future__ import annotations

import pytest

from etude.importers.statements import NEXT_SAMPLE, OTHER_SAMPLES, TILDES, from_markdown

TEXTS = [
    ("# Title\n\n- a\n- b", "# Title\n\n- a\n- b"),
    (r"For $1 \le n \le 10^5$.", "For 1 ≤ n ≤ 10⁵."),
    ("$$a = b$$", "a = b"),
    ("It costs $5 or $6 each.", "It costs $5 or $6 each."),
    ("`$x$` and\n\n```\n$x$ <b>\n```", "`$x$` and\n\n```\n$x$ <b>\n```"),
    ("<b>bold</b> x<sup>2</sup><br>next", "**bold** x²\\\nnext"),
    ("<!-- not shown -->x", "x"),
    ("<table><tr><td>1<td>2</tr></table>", "| 1 | 2 |\n| --- | --- |"),
    ("<https://example.org> a < b", "<https://example.org> a < b"),
    ("![a map](map.png)", "![a map](files/map.png)"),
    ("![](figs/a%20b.PNG)", "![figs/a b.PNG](files/figs-a-b.png)"),
]


@pytest.mark.parametrize(("source", "text"), TEXTS)
def test_text_is_converted(source: str, text: str) -> None:
    assert from_markdown(source).text.strip() == text


def test_constants_and_the_places_of_samples() -> None:
    text = from_markdown("{{limit}} {{other}} {{nextsample}} {{remainingsamples}}", constants={"limit": "7"}).text

    assert text.startswith("7 {{other}}")
    assert text.index(NEXT_SAMPLE) < text.index(OTHER_SAMPLES)


def test_formulas_may_stand_between_tildes() -> None:
    assert from_markdown(r"~1 \le n~ and $5", formulas=TILDES).text == "1 ≤ n and $5\n"


def test_pictures_of_other_sites_and_those_that_are_missing_become_their_text() -> None:
    statement = from_markdown("![far](https://example.org/x.png) ![lost](lost.png) ![up](../x.png)", files=set())

    assert statement.text == "*far* *lost* *up*\n"
    assert statement.pictures == ()
    assert statement.dropped == ("https://example.org/x.png", "lost.png", "../x.png")


def test_elements_without_a_place_are_named() -> None:
    statement = from_markdown("x <video controls> y")

    assert statement.text == "x  y\n"
    assert statement.dropped == ("<video>",)
