"""French is complete, has no leftovers, and follows its own typography."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from scripts.catalogues import Owner, collect, faults

OWNERS = [owner for owner in collect() if owner.used]
NARROW, WIDE = "\u202f", "\u00a0"


def names(owner: Owner) -> str:
    return owner.folder.name


@pytest.mark.parametrize("owner", OWNERS, ids=names)
def test_catalogue_is_complete_and_has_no_leftovers(owner: Owner) -> None:
    assert not faults(owner)


def _sentences(owner: Owner) -> list[str]:
    with owner.catalogue.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    found = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        found.extend(string for string in strings if message.id and string)
    return found


@pytest.mark.parametrize("owner", OWNERS, ids=names)
def test_french_sentences_have_french_spaces_and_quotes(owner: Owner) -> None:
    wrong = []
    for sentence in _sentences(owner):
        plain = re.sub(r"https?://\S+|%\(\w+\)\S*|\{\w+\}|`[^`]*`", "X", sentence)
        if re.search(
            rf"[^{NARROW}\s][;!?](\s|$)|[^{NARROW}{WIDE}]»|«[^{NARROW}{WIDE}]|[^{WIDE}{NARROW}\d\s:]:(\s|$)| [;:!?»]|\w'\w|\"",
            plain,
        ):
            wrong.append(sentence)

    assert not wrong
