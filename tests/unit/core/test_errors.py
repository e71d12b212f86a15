from __future__ import annotations

from etude.core.errors import EtudeError, NotFound, Refused


def test_a_refusal_fills_its_sentence() -> None:
    assert str(Refused("At most %(most)s files.", most=10)) == "At most 10 files."


def test_every_error_has_a_sentence_of_its_own() -> None:
    assert all(str(error()) for error in [EtudeError, *EtudeError.__subclasses__()])


def test_what_is_not_found_does_not_say_whether_it_exists() -> None:
    assert "or it is not open to you" in str(NotFound())
