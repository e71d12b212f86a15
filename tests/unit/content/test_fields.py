from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import ContentError
from etude.content.fields import Table, decode_text, parse_toml, plain


def test_fractions_are_exact():
    assert parse_toml(b"a = 0.1", "x.toml", []).points("a") == Decimal("0.1")


@pytest.mark.parametrize(("number", "text"), [("1.50", "1.5"), ("100", "100"), ("1E+2", "100"), ("0.00", "0")])
def test_a_number_is_written_in_one_way(number, text):
    assert str(plain(Decimal(number))) == text


def test_text_is_utf8_with_plain_line_ends():
    assert decode_text(b"\xef\xbb\xbfa\r\nb\rc\n", "x") == "a\nb\nc\n"
    with pytest.raises(ContentError, match="Line 3 is not UTF-8"):
        decode_text(b"a\nb\n\xe9", "x")


def test_places_of_nested_tables_count_from_one():
    root = Table({"a": [{"b": {}}]}, "x.toml", "", [])

    assert root.tables("a", most=1)[0].table("b").field("c") == "a[1].b.c"


def test_a_list_of_tables_has_a_limit():
    with pytest.raises(ContentError, match="more than 1"):
        Table({"a": [{}, {}]}, "x.toml", "", []).tables("a", most=1)


def test_a_missing_translation_is_noted_once():
    warnings = []

    texts = Table({"a": {"en": "x"}}, "x.toml", "", warnings).localized("a")

    assert texts == {"en": "x"}
    assert [(warning.field, warning.values["language"]) for warning in warnings] == [("a", "fr")]
