"""The catalogues are merged when the product runs: one sentence must have one translation, whoever brings it."""

from __future__ import annotations

from babel.messages.pofile import read_po

from tests.house.source import PACKAGE


def test_no_sentence_is_translated_in_two_ways() -> None:
    seen: dict[str, dict[object, list[str]]] = {}
    for path in sorted(PACKAGE.rglob("translations/fr/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id and message.string:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    owner = path.relative_to(PACKAGE).as_posix().partition("translations")[0] or "etude"
                    seen.setdefault(key, {}).setdefault(message.string, []).append(owner)

    assert not {key: ways for key, ways in seen.items() if len(ways) > 1}
