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


ADDRESSES_AND_PLACES = re.compile(r"https?://\S+|%\(\w+\)\S*|\{\w+\}|`[^`]*`")
WRONG_FRENCH = re.compile(
    rf"[^{NARROW}\s][;!?](\s|$)"  # no narrow space before ; ! ?
    rf"|[^{NARROW}{WIDE}]»|«[^{NARROW}{WIDE}]"  # nor inside the quotes
    rf"|[^{WIDE}{NARROW}\d\s:]:(\s|$)"  # nor a no-break space before the colon
    r"| [;:!?»]"  # a space at which a line may break
    r"|\w'\w|\""  # straight apostrophes and quotes
)


@pytest.mark.parametrize("owner", OWNERS, ids=names)
def test_french_sentences_have_french_spaces_and_quotes(owner: Owner) -> None:
    plain = [ADDRESSES_AND_PLACES.sub("X", sentence) for sentence in _sentences(owner)]

    assert not [sentence for sentence in plain if WRONG_FRENCH.search(sentence)]
