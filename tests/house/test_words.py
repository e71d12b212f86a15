"""French says one thing with one word: docs/reference/words.md has the words; what was given up does not come back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.house.source import PACKAGE

ROOT = Path(__file__).parents[2]
GIVEN_UP = {
    "rendre": r"(?<!se )\brend(?!ement)\w*",
    "soumettre": r"\bsoum(et|ett|is)\w*",
    "juger": r"\bjug(e|é|er|ée|és|ées|ez|ement|ements)\b",
    "quiz": r"\bquiz\b",
    "consigne": r"\bconsignes?\b",
    "tentative": r"\btentatives?\b",
    "étudiant, école, professeur": r"\b(étudiant|école|professeur)\w*",
    "saisissez": r"\bsaisissez\b",
    "tu": r"\b(tu|ton|tes|toi)\b",
}
CATALOGUES = sorted(PACKAGE.rglob("translations/fr/LC_MESSAGES/messages.po"))
PROSE = sorted(
    [*PACKAGE.rglob("templates/**/fr/*.html"), *(ROOT / "docs" / "fr").glob("*.md"), *PACKAGE.rglob("*.fr.md")]
)
NOT_FRENCH = re.compile(r"`[^`]*`|<[^>]+>|\{[{%][^%}]*[%}]\}|%\(\w+\)s|\{\w+\}|\]\([^)]*\)|^    .*$", re.MULTILINE)


def faults(text: str) -> list[str]:
    """Return the given-up words of a French text, each with what surrounds it."""
    plain = NOT_FRENCH.sub(" ", text)
    return [
        f"{word}: {plain[max(0, found.start() - 30) : found.end() + 30]!r}"
        for word, pattern in GIVEN_UP.items()
        for found in re.finditer(pattern, plain, re.IGNORECASE)
    ]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[3].name)
def test_catalogue_keeps_to_the_words_of_the_glossary(path: Path) -> None:
    with path.open("rb") as file:
        strings = [message.string for message in read_po(file, locale="fr") if message.id]

    text = "\n".join("\n".join(string) if isinstance(string, tuple) else string for string in strings)

    assert not faults(text)


@pytest.mark.parametrize("path", PROSE, ids=lambda path: "/".join(path.parts[-2:]))
def test_french_prose_keeps_to_the_words_of_the_glossary(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not faults(text)


def test_a_given_up_word_is_found() -> None:
    assert faults("Rendez votre travail.")
    assert not faults("Une fonction `rend` une valeur ; remettez-la.")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[3].name)
def test_catalogue_has_a_head_of_its_own(path: Path) -> None:
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]

    assert "Étude" in head
    assert not re.search(r"ORGANIZATION|FIRST AUTHOR|FULL NAME|PROJECT|EMAIL@ADDRESS|YEAR|fuzzy", head)
