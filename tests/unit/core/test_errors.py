from __future__ import annotations

import pytest

from etude.config import ConfigError
from etude.content import ContentError
from etude.core.errors import EtudeError, Marked, NotFound, Notice, Refused, fill
from etude.grading.errors import JobError
from etude.grading.messages import Message
from etude.jail.errors import IsolationUnavailable, Reason


def test_a_refusal_fills_its_sentence() -> None:
    assert str(Refused("At most %(most)s files.", most=10)) == "At most 10 files."


def test_every_error_has_a_sentence_of_its_own() -> None:
    assert all(str(error()) for error in [EtudeError, *EtudeError.__subclasses__()])


def test_what_is_not_found_does_not_say_whether_it_exists() -> None:
    assert "or it is not open to you" in str(NotFound())


SENTENCE = "There are %(count)s."
FRENCH = {SENTENCE: "Il y en a %(count)s.", "It failed: %(why)s": "Échec : %(why)s"}


@pytest.mark.parametrize(
    "said",
    [
        Refused(SENTENCE, count=3),
        Notice(SENTENCE, {"count": 3}),
        ConfigError(SENTENCE, count=3),
        JobError(SENTENCE, count=3),
        IsolationUnavailable(SENTENCE, count=3),
        Reason(SENTENCE, count=3),
        Message(SENTENCE, {"count": 3}),
    ],
    ids=lambda said: type(said).__name__,
)
def test_whatever_is_marked_is_english_by_itself_and_any_language_when_shown(said: Marked) -> None:
    assert isinstance(said, Marked)
    assert str(said) == "There are 3."
    assert fill(said, FRENCH.__getitem__) == "Il y en a 3."


def test_a_mistake_in_content_is_marked_too() -> None:
    assert isinstance(ContentError("a.toml", "points", SENTENCE, {"count": 3}), Marked)


def test_a_value_that_is_marked_is_translated_with_its_sentence() -> None:
    said = Notice("It failed: %(why)s", {"why": Refused(SENTENCE, count=3)})

    assert fill(said, FRENCH.__getitem__) == "Échec : Il y en a 3."


def test_a_sentence_without_values_keeps_its_percent_signs() -> None:
    assert fill(Notice("100 % sure"), str) == "100 % sure"
