from __future__ import annotations

import pytest

from etude.core import errors
from etude.web import error_words

CLASSES = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.EtudeError)]


@pytest.mark.parametrize("error", CLASSES, ids=lambda one: one.__name__)
def test_every_class_of_refusal_has_a_title_and_a_sentence_of_its_own(error: type[errors.EtudeError]) -> None:
    words = error_words.BY_STATUS[error.status]

    assert words.title
    assert words.sentence


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503])
def test_every_status_that_pages_give_has_words(status: int) -> None:
    assert status in error_words.BY_STATUS


def test_a_status_without_words_takes_those_of_its_class() -> None:
    assert error_words.words(418) == error_words.words(400)
    assert error_words.words(502) == error_words.words(500)
