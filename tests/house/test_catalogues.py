"""French is complete, has no leftovers, and follows its own typography."""

from __future__ import annotations

import ast
import re

import pytest
from babel.messages.pofile import read_po
from scripts.catalogues import Owner, collect, faults

from tests.house.source import Module, modules

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


CARRIERS = frozenset(
    {
        "CommandError", "ConfigError", "Conflict", "ContentError", "EtudeError", "Gone", "IsolationUnavailable",
        "JailError", "JobError", "NotAllowed", "NotFound", "NotSignedIn", "Notice", "Refused", "TooLarge", "TooMany",
        "Unavailable", "UsageError", "UserIdError",
    }
)  # fmt: skip
"""What carries a sentence to a reader."""
MARKS = frozenset({"_", "gettext", "lazy_gettext", "mark", "ngettext"})


def _called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def test_no_sentence_is_translated_inside_an_f_string_where_the_collector_does_not_see_it() -> None:
    hidden = [
        f"{module.name}:{text.lineno}"
        for module in modules()
        for text in ast.walk(module.tree)
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if _called(node) in MARKS and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant)
    ]

    assert not hidden


def _unmarked(module: Module) -> list[str]:
    """Return the English sentences of a module that go to a reader without being marked for translation."""
    texts = {
        target.id: node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for call in ast.walk(module.tree):
        if _called(call) in CARRIERS and isinstance(call, ast.Call):
            for given in call.args:
                value = texts.get(given.id) if isinstance(given, ast.Name) else given
                if isinstance(value, ast.Constant) and re.match(r"[A-Z“%].* .*[.:)s]$", str(value.value)):
                    found.append(f"{module.name}:{call.lineno}: {value.value}")
    return found


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_every_sentence_that_a_reader_gets_is_marked_for_translation(module: Module) -> None:
    assert not _unmarked(module)
