from __future__ import annotations

import re

import pytest

from etude.web.markdown import MAX_CHARS, Pictures, render

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=https://example.org></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<div style='position:fixed'>x</div>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<https://example.org/'onmouseover='alert(1)>",
    '[x](https://example.org "\'onload=alert(1)")',
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```python\"onload='alert(1)'\nx\n```",
    "a[^<script>]\n\n[^<script>]: x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_no_script_no_style_and_no_event(text: str) -> None:
    html = render(text)

    tags = re.findall(r"<[^>]*>", html)
    assert not [tag for tag in tags if re.match(r"</?(script|style|iframe|svg|object|form|input)", tag, re.IGNORECASE)]
    assert not [tag for tag in tags if re.search(r"\son\w+\s*=|style\s*=|(java|vb)script:|data:", tag, re.IGNORECASE)]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/x.png",
        "HTTPS://example.org/x.png",
        "//example.org/x.png",
        "/\\example.org/x",
        "data:image/png;base64,AA==",
    ],
)
def test_a_picture_from_elsewhere_is_not_asked_for(address: str) -> None:
    html = render(f"![a map]({address})")

    assert "example.org/x.png" not in html
    assert not re.search(r'src="(//|/\\|data:|https?:)', html, re.IGNORECASE)


def test_a_picture_of_the_activity_is_shown_with_its_text() -> None:
    pictures = Pictures("/pictures/7/", frozenset({"map.png", "une carte.png"}))

    html = render("![a *map*](files/map.png) ![](<files/une carte.png>)", pictures)

    assert html == (
        '<p><img src="/pictures/7/map.png" alt="a map" loading="lazy"> '
        '<img src="/pictures/7/une%20carte.png" alt="" loading="lazy"></p>\n'
    )


@pytest.mark.parametrize("address", ["files/gone.png", "/auth/sign-out", "../map.png", "map.png", "files/../map.png"])
def test_the_text_of_a_picture_that_is_none_of_the_activitys_stands_in_its_place(address: str) -> None:
    pictures = Pictures("/pictures/7/", frozenset({"map.png"}))

    assert render(f"![a <map>]({address})", pictures) == "<p><em>a &lt;map&gt;</em></p>\n"


def test_a_picture_without_a_text_leaves_its_name() -> None:
    assert render("![](files/gone.png)") == "<p><em>gone.png</em></p>\n"


def test_links_elsewhere_are_kept_and_tell_nothing() -> None:
    assert (
        render("[x](https://example.org)") == '<p><a href="https://example.org" rel="noopener noreferrer">x</a></p>\n'
    )


def test_headings_begin_below_the_title_of_the_page() -> None:
    assert render("# One\n\n## Two") == "<h2>One</h2>\n<h2>Two</h2>\n"


def test_footnotes_lead_there_and_back() -> None:
    html = render("a[^1]\n\n[^1]: note")

    assert 'href="#fn1" id="fnref1"' in html
    assert '<li id="fn1">' in html
    assert 'href="#fnref1"' in html


def test_tables_code_and_their_language_are_kept() -> None:
    html = render("|a|b|\n|-|-|\n|1|2|\n\n```python\nx < 1\n```")

    assert "<td>1</td>" in html
    assert '<code class="language-python">x &lt; 1' in html


def test_a_class_that_is_no_language_is_dropped() -> None:
    assert 'class="' not in render("<code class='button main'>x</code>")


def test_a_huge_text_is_cut() -> None:
    assert len(render("x" * (MAX_CHARS * 2))) < MAX_CHARS + 100


@pytest.mark.parametrize(
    "text", [">" * 50_000 + "x", "- " * 5_000 + "x", "[" * 20_000, "*_" * 10_000 + "x" + "_*" * 10_000]
)
def test_deep_nesting_ends_well(text: str) -> None:
    assert isinstance(render(text), str)
