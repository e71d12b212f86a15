"""The pages of prose, whose two languages are two files: they say the same, and French is typeset as French."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

import etude.features.pages

FOLDER = Path(etude.features.pages.__file__).parent / "templates" / "pages"
NAMES = sorted(path.name for path in (FOLDER / "en").glob("*.html"))
CODE = re.compile(r"<(code|kbd)[^>]*>.*?</\1>", re.DOTALL)
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
SIGN = re.compile(r"<dt>[✓✗◷▣⚠≡!] ")
"""The sign that stands before the word of a verdict."""
NARROW, WIDE = "\u202f", "\u00a0"
WRONG_FRENCH = re.compile(
    rf"[^{NARROW}\s][;!?](\s|$)|[^{NARROW}{WIDE}]»|«[^{NARROW}{WIDE}]|[^{WIDE}{NARROW}\d\s:]:(\s|$)| [;:!?»]|\w'\w|\""
)


def _text(language: str, name: str) -> str:
    return (FOLDER / language / name).read_text(encoding="utf-8")


def _parts(text: str) -> list[str]:
    return re.findall(r'\("([a-z]+)", "', text.partition("{% block")[0])


def test_both_languages_have_the_same_pages() -> None:
    assert sorted(path.name for path in (FOLDER / "fr").glob("*.html")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_parts(name: str) -> None:
    english, french = _text("en", name), _text("fr", name)

    assert _parts(english) == _parts(french)
    for tag in ("h2", "p", "li", "dt", "dd", "ul", "ol"):
        assert english.count(f"<{tag}") == french.count(f"<{tag}"), tag


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", NAMES)
def test_the_contents_name_exactly_the_headings(language: str, name: str) -> None:
    text = _text(language, name)

    assert _parts(text) == re.findall(r'<h2 id="([a-z]+)">', text)


@pytest.mark.parametrize("name", NAMES)
def test_french_prose_has_french_spaces_and_quotes(name: str) -> None:
    titles = re.findall(r'"([^"]*)"', _text("fr", name).partition("{% block")[0])
    body = _text("fr", name).partition("{% block text %}")[2]
    lines = [unescape(TAG.sub("", SIGN.sub("", JINJA.sub("X", CODE.sub("X", line))))) for line in body.splitlines()]

    assert not [line for line in [*lines, *titles] if WRONG_FRENCH.search(line)]


@pytest.mark.parametrize("name", NAMES)
def test_english_prose_has_curly_quotes_and_no_french_spaces(name: str) -> None:
    body = _text("en", name).partition("{% block text %}")[2]
    lines = [unescape(TAG.sub("", SIGN.sub("", JINJA.sub("X", CODE.sub("X", line))))) for line in body.splitlines()]

    assert not [line for line in lines if re.search(rf"\w'\w|\"|{NARROW}|«", line)]
