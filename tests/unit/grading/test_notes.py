"""The invisible difference is named, alone, and only when it is the whole difference."""

from __future__ import annotations

import pytest

from etude.grading import checkers
from etude.grading.job import CheckerRef
from etude.grading.notes import explain_difference
from etude.grading.verdict import Note


def notes(expected: str, obtained: str, checker: str = "tokens") -> tuple[Note, ...]:
    compare = checkers.resolve(CheckerRef(name=checker))
    texts = (expected.encode(errors="surrogateescape"), obtained.encode(errors="surrogateescape"))
    return explain_difference(*texts, lambda *pair: compare(*pair).is_accepted)


@pytest.mark.parametrize(
    ("expected", "obtained", "found"),
    [
        ("Bonjour Ada", "bonjour ada", {Note.CASE}),
        ("a b", "a\u00a0b", {Note.SPACES}),
        ("a b", "ab", {Note.SPACES}),
        ("ab", "a\u200bb", {Note.SPACES}),
        ("Prix : 3", "Prix\u202f: 3", {Note.SPACES}),
        ("l'été", "l\u2019été", {Note.APOSTROPHES}),
        ('"x"', "«x»", {Note.APOSTROPHES}),
        ("été", "e\u0301te\u0301", {Note.UNICODE_FORM}),
        ("L'Été", "l\u2019e\u0301te\u0301", {Note.CASE, Note.APOSTROPHES, Note.UNICODE_FORM}),
        ("a b", "a c", set()),
        ("3", "4", set()),
        ("a", "", set()),
    ],
)
def test_words_that_differ_only_in_this(expected, obtained, found):
    assert set(notes(expected, obtained)) == found


@pytest.mark.parametrize(
    ("expected", "obtained", "found"),
    [
        ("a\n", "a", {Note.LAST_NEWLINE}),
        ("a\n", "a\n\n", {Note.LAST_NEWLINE}),
        ("a b\n", "a  b\n", {Note.SPACES}),
        ("a b\n", "A  b", {Note.CASE, Note.SPACES}),
        ("\udcff\n", "\udcff", {Note.LAST_NEWLINE}),
    ],
)
def test_bytes_that_differ_only_in_this(expected, obtained, found):
    assert set(notes(expected, obtained, "exact")) == found


def test_a_difference_that_the_checker_forgives_is_not_named():
    assert notes("Hello  World", "hello world") == (Note.CASE,)
