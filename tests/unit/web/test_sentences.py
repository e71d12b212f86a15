from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import g, render_template_string
from flask_babel import force_locale
from markupsafe import Markup

from etude.web import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

SENTENCE = "{{ _('Skip to the content') }}"
IN_FRENCH, IN_ENGLISH = "Aller au contenu", "Skip to the content"


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        g.locale = "fr"
        yield


@pytest.mark.parametrize(("locale", "expected"), [("fr", IN_FRENCH), ("en", IN_ENGLISH)])
def test_a_sentence_is_said_in_the_language_of_the_page(app: Flask, locale: str, expected: str) -> None:
    with app.test_request_context():
        g.locale = locale

        assert render_template_string(SENTENCE) == expected


@pytest.mark.usefixtures("page")
def test_a_letter_in_another_language_than_the_page_is_in_its_own() -> None:
    before = render_template_string(SENTENCE)
    with force_locale("en"):
        letter = render_template_string(SENTENCE)

    assert (before, letter, render_template_string(SENTENCE)) == (IN_FRENCH, IN_ENGLISH, IN_FRENCH)


@pytest.mark.usefixtures("page")
def test_a_value_in_a_sentence_is_escaped_and_markup_is_kept() -> None:
    shown = render_template_string(
        "{{ _('Hello %(name)s, %(link)s', name='<b>', link=link) }}", link=Markup("<a>here</a>")
    )

    assert shown == "Hello &lt;b&gt;, <a>here</a>"


@pytest.mark.usefixtures("page")
def test_a_percent_sign_is_written_twice_with_and_without_values() -> None:
    assert render_template_string("{{ _('100 %%') }} {{ _('%(n)s %%', n=5) }}") == "100 % 5 %"


@pytest.mark.usefixtures("page")
def test_text_that_is_no_page_is_not_escaped() -> None:
    shown = render_template_string("{% autoescape false %}{{ _('Hello %(name)s', name='<b>') }}{% endautoescape %}")

    assert shown == "Hello <b>"


@pytest.mark.usefixtures("page")
def test_a_sentence_is_looked_up_once() -> None:
    render_template_string(SENTENCE)
    looked_up = sentences._find.cache_info().misses

    render_template_string(SENTENCE * 3)

    assert sentences._find.cache_info().misses == looked_up
