from __future__ import annotations

import pytest

from etude.content import pick, pick_text


@pytest.mark.parametrize(
    ("values", "language", "value"),
    [
        ({"fr": 1, "en": 2}, "fr", 1),
        ({"fr": 1, "en": 2}, "en", 2),
        ({"": 3, "en": 2}, "fr", 3),
        ({"": 3, "en": 2}, "en", 2),
        ({"fr": 1}, "en", 1),
        ({"en": 2}, "fr", 2),
        ({}, "fr", None),
    ],
)
def test_the_language_comes_first_then_the_value_for_both_then_the_other_language(values, language, value):
    assert pick(values, language) == value


def test_no_text_is_an_empty_text():
    assert pick_text({}, "fr") == ""
