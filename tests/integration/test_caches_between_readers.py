"""No cached answer of one person, role or language ever reaches another.

Every page is asked for by every reader in both languages twice: once with every memory of the process empty, once with
all of them full of what the others asked for. The two answers are the same, but for what is drawn anew each time.
"""

from __future__ import annotations

import re
import sys
from functools import _lru_cache_wrapper
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from etude.core.caching import memory
from etude.extensions import cache, limiter
from etude.features.pages import page_cache, static_routes
from etude.web import contents, i18n, sentences
from tests import factories
from tests.crowd import gather
from tests.house.test_query_counts import ELSEWHERE, _address, _pages
from tests.integration.test_caching_pages import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask
    from flask.testing import FlaskClient

LANGUAGES = ("fr", "en")
DRAWN = re.compile(r"""(nonce="|name="(?:csrf_token|once)"[^>]*value="|"csrf"\s*:\s*"|csrf-token" content=")[^"]*""")
"""What is drawn for each answer: secrets of forms and scripts."""
CHANGING = {
    "/metrics": "counts what was asked for",
    "/school/health": "tells how busy the school is",
    "/auth/second-factor/enable": "draws a secret",
    "/courses/<int:course_id>/progress.csv": "is noted in the audit log, which others of these pages show",
    "/activities/<int:activity_id>/export": "is noted too",
    "/auth/sessions": "tells when each sign-in was last used",
    "/design": "shows the time",
}
"""Pages that say something else each time, whoever asks."""

SLOW = {"catalogue_folders", "manifest", "words", "common_passwords", "dummy_hash"}
"""Functions that read files of the product: they know no reader, and reading again takes long."""

Answers = dict[tuple[str, str, str], tuple[int, str]]


@pytest.fixture
def readers(app: Flask, people: factories.People, monkeypatch: pytest.MonkeyPatch) -> dict[str, FlaskClient]:
    """A browser of each sort of person; limits have tests of their own."""
    monkeypatch.setattr(limiter, "enabled", False)
    signed_in = {name: factories.sign_in(app, getattr(people, name)) for name in ("ben", "ada", "cy", "admin")}
    return {"nobody": app.test_client(), **signed_in}


@pytest.fixture
def _still(time: object) -> None:
    """Let no answer differ because time went by."""
    del time


def _remembering() -> list[_lru_cache_wrapper[Any]]:
    """Return every function of the web that remembers what it answered."""
    modules = [module for name, module in sys.modules.items() if name.startswith(("etude.web", "etude.features"))]
    found = [one for module in modules for one in vars(module).values() if isinstance(one, _lru_cache_wrapper)]
    return [one for one in found if one.__module__.startswith("etude.") and one.__name__ not in SLOW]


def _forget_all() -> None:
    memory.clear()
    cache.clear()
    contents._contents.clear()
    for function in _remembering():
        function.cache_clear()


def _ask(readers: dict[str, FlaskClient], addresses: Iterable[str], before_each: Callable[[], None]) -> Answers:
    answers: Answers = {}
    for address in addresses:
        for name, browser in readers.items():
            for language in LANGUAGES:
                before_each()
                answer = browser.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
                text = answer.get_data().decode("utf-8", "replace")
                answer.close()
                answers[address, name, language] = (answer.status_code, DRAWN.sub(r"\1", text))
    return answers


def _mixed_up(readers: dict[str, FlaskClient], addresses: list[str]) -> list[tuple[str, str, str]]:
    """Return which answers differ when others asked before; what a first look writes is written already."""
    alone = _ask(readers, addresses, _forget_all)
    _ask(dict(reversed(readers.items())), addresses, lambda: None)
    among_others = _ask(readers, addresses, lambda: None)
    return [place for place, answer in alone.items() if among_others[place] != answer]


@pytest.mark.usefixtures("_still")
def test_no_page_that_is_kept_mixes_readers_or_languages(readers: dict[str, FlaskClient]) -> None:
    few = {name: readers[name] for name in ("nobody", "ben", "admin")}

    assert not _mixed_up(few, PAGES)


@pytest.mark.long
@pytest.mark.usefixtures("_still")
def test_no_page_at_all_mixes_readers_or_languages(
    app: Flask, readers: dict[str, FlaskClient], people: factories.People
) -> None:
    with app.app_context():
        crowd = gather(people, 1)
    rules = [rule for rule in _pages(app) if rule.rule not in CHANGING and rule.endpoint not in ELSEWHERE]
    addresses = [_address(app, rule, people, crowd) for rule in rules]
    _ask(readers, addresses, lambda: None)

    assert not {address for address, _reader, _language in _mixed_up(readers, addresses)}
    assert len(addresses) > 60


@pytest.mark.usefixtures("_still")
@pytest.mark.parametrize("fault", ["a key without the language", "a name on a kept page", "sentences of no language"])
def test_a_cache_that_mixes_readers_or_languages_is_found(
    readers: dict[str, FlaskClient], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    if fault == "a key without the language":
        values = {"choose_locale": lambda: "", "choose_theme": i18n.choose_theme, "school_values": i18n.school_values}
        monkeypatch.setattr(page_cache, "i18n", SimpleNamespace(**values))
    elif fault == "a name on a kept page":
        monkeypatch.setattr(static_routes, "render_for_everybody", static_routes.render_template)
    else:
        monkeypatch.setattr(sentences, "_page_locale", lambda: None)

    assert _mixed_up(readers, ["/help"])
