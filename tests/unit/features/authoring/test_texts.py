from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etude.features.authoring import texts


@pytest.mark.parametrize(
    "base", [{}, {"": "Both"}, {"fr": "Un"}, {"en": "One"}, {"fr": "Un", "en": "One"}, {"": "a\r\nb"}]
)
def test_what_comes_back_as_it_was_shown_is_the_same(base: dict[str, str]) -> None:
    assert texts.read_pair(base, texts.show_pair(base, "title"), "title") == base


@pytest.mark.parametrize(
    ("base", "fr", "en", "read"),
    [
        ({}, "Un", "", {"fr": "Un"}),
        ({}, "Un", "Un", {"fr": "Un", "en": "Un"}),
        ({"": "Both"}, "New", "New", {"": "New"}),
        ({"": "Both"}, "Both", "Other", {"fr": "Both", "en": "Other"}),
        ({"fr": "Un", "en": "One"}, "Un", "", {"fr": "Un"}),
        ({"fr": "Un"}, "", " ", {}),
    ],
)
def test_changed_texts_are_kept_by_language(base: dict[str, str], fr: str, en: str, read: dict[str, str]) -> None:
    assert texts.read_pair(base, {"title_fr": fr, "title_en": en}, "title") == read


@pytest.mark.parametrize(
    "base",
    [{}, {"": b"1\n"}, {"": b"1"}, {"": b"1\r\n2"}, {"fr": b"1\n"}, {"fr": b"1\n", "en": b"2\n"}, {"": b""}],
)
def test_tests_that_nobody_changed_stay_to_the_byte(base: dict[str, bytes]) -> None:
    assert texts.read_three(base, texts.show_three(base, "stdin"), "stdin", ends_line=True) == base


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({"stdin": "1"}, {"": b"1\n"}),
        ({"stdin": "1\n"}, {"": b"1\n"}),
        ({"stdin_fr": "1", "stdin_en": "2"}, {"fr": b"1\n", "en": b"2\n"}),
        ({"stdin": "1", "stdin_en": "2"}, {"fr": b"1\n", "en": b"2\n"}),
        ({"stdin_en": "2"}, {"en": b"2\n"}),
        ({}, {}),
    ],
)
def test_a_text_for_both_stands_in_for_a_missing_one(typed: dict[str, str], read: dict[str, bytes]) -> None:
    assert texts.read_three({}, typed, "stdin", ends_line=True) == read


def test_an_exact_text_gets_no_line_end() -> None:
    assert texts.read_three({}, {"expected": "x"}, "expected", ends_line=False) == {"": b"x"}


@pytest.mark.parametrize("data", [b"\xff", b"a\0b", b"x" * (texts.MAX_SHOWN_BYTES + 1)])
def test_what_is_no_short_text_is_not_shown(data: bytes) -> None:
    assert texts.show_bytes(data) is None
    assert not texts.is_shown({"": data})


@given(st.binary(max_size=50))
def test_bytes_that_are_shown_come_back_as_they_were(data: bytes) -> None:
    shown = texts.show_bytes(data)

    assert shown is None or texts.read_bytes(data, shown) == data


def test_helpers_take_what_a_form_may_lack() -> None:
    assert texts.text_of({"a": None}, "a") == ""
    assert texts.line_of({"a": " b "}, "a") == "b"
    assert texts.rows_of({"a": [{"b": 1}, "c"], "d": "e"}, "a") == [{"b": 1}]
    assert texts.rows_of({}, "a") == []
    assert texts.is_blank({"a": " ", "b": ""}, "a", "b")
    assert not texts.is_blank({"a": "x"}, "a")
