"""HTML statements become Markdown."""

from __future__ import annotations

import pytest

from etude.importers.statements import from_html

TEXTS = [
    ("<h1>A</h1><h3>B</h3>", "## A\n\n### B"),
    ("<p>one<p>two", "one\n\ntwo"),
    ("<b>a</b> <i>b</i> <del>c</del> <code>d*e</code>", "**a** *b* ~~c~~ `d*e`"),
    ("10<sup>5</sup> a<sub>i</sub> x<sup>a/b</sup>", "10⁵ aᵢ x^(a/b)"),
    ("<ul><li>a<li>b</ul><ol><li>c</li></ol>", "- a\n- b\n\n1. c"),
    ("<pre>a\n  b*</pre>", "```\na\n  b*\n```"),
    ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
    ("<blockquote>so<br>it</blockquote>", "> so\\\n> it"),
    ("a &lt; b &amp; *c*", r"a \< b & \*c\*"),
    ('<a href="https://example.org">x</a><a href="javascript:x">y</a>', "[x](<https://example.org>)y"),
    (r"$x_1$ \(y^2\) \[a\]", "x₁ y²\n\n*a*"),
    ("<img src='a.png' alt='x'>", "![x](files/a.png)"),
    ("<b><i>unclosed", "***unclosed***"),
]


@pytest.mark.parametrize(("source", "text"), TEXTS)
def test_text_is_converted(source: str, text: str) -> None:
    assert from_html(source).text.strip() == text


def test_scripts_are_gone_and_unknown_elements_are_named() -> None:
    statement = from_html("<script>evil()</script><style>x</style><video>v</video>")

    assert statement.text == "v\n"
    assert statement.dropped == ("<video>",)


def test_deep_nesting_ends() -> None:
    assert from_html("<div>" * 3000 + "x").text == "x\n"
