from __future__ import annotations

import argparse
import gettext
from typing import TYPE_CHECKING

import pytest

from etude import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT_CATALOGUE = terminal.PACKAGE / "translations"


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = gettext.bindtextdomain("messages")
    monkeypatch.setenv("LANGUAGE", "")
    for name in ("ETUDE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield
    gettext.bindtextdomain("messages", folder)


@pytest.mark.parametrize(
    ("word", "language"), [("fr_CA.UTF-8", "fr"), ("FR", "fr"), ("en_GB", "en"), ("de_DE", ""), ("", "")]
)
def test_a_locale_means_a_language_that_is_spoken_or_none(word: str, language: str) -> None:
    assert terminal.known(word) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "fr_CA.UTF-8", "LC_MESSAGES": "en_CA"}, "en"),
        ({"LC_MESSAGES": "en_CA", "LC_ALL": "fr_FR"}, "fr"),
        ({"LC_ALL": "de_DE", "LANG": "fr_FR"}, "en"),
    ],
)
def test_the_terminals_language_is_that_of_its_first_variable(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert terminal.terminal_language() == language


def test_what_is_wished_for_is_a_setting_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETUDE_LANGUAGE", "fr")

    assert terminal.wished_language() == "fr"


@pytest.mark.parametrize(
    ("locale", "sentence", "said"),
    [
        ("fr", "No space left on device", "plus de place sur le disque"),
        ("fr", "no catalogue holds this", "no catalogue holds this"),
        ("fr", "", ""),
        ("en", "No space left on device", "No space left on device"),
    ],
)
def test_a_sentence_of_any_part_is_found_in_its_catalogue(locale: str, sentence: str, said: str) -> None:
    assert terminal.translate(sentence, locale) == said


@pytest.mark.parametrize(("locale", "word"), [("fr", "usage\u00a0: "), ("en", "usage: ")])
def test_the_standard_library_is_lent_words(locale: str, word: str) -> None:
    terminal.lend_words(ROOT_CATALOGUE, locale)

    assert argparse.ArgumentParser(prog="x").format_usage().startswith(word)
