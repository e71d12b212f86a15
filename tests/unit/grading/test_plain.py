"""Plain values as bytes for other languages: what is written is read again, and nothing else is read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etude.grading import plain
from etude.grading.plain import NotPlainError

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_again(value):
    assert plain.read(plain.write(value)) == value


@given(st.binary(max_size=40))
def test_whatever_arrives_is_a_value_or_refused(data):
    try:
        plain.read(data)
    except NotPlainError:
        return


def test_what_has_no_undefined_value_in_tests_may_come_from_answers():
    value = plain.read(b"l3:dnan;dinf;d-inf;")

    assert isinstance(value, list)
    assert math.isnan(value[0])
    assert value[1:] == [math.inf, -math.inf]


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"x",
            b"i;",
            b"i1",
            b"i1_0;",
            b"d0x1;",
            b"s4:abc",
            b"s-1:",
            b"l2:n",
            b"nn",
            b"m1:n",
            b"q1:n",
            b"l99999999999:",
        ),
        *(b"l1:" * 200 + b"n", b"i" + b"1" * 5000 + b";", b"m1:m0:n"),
    ],
)
def test_what_is_cut_off_too_deep_or_odd_is_refused(data):
    with pytest.raises(NotPlainError):
        plain.read(data)


@pytest.mark.parametrize("value", [b"a", 1j, object(), [{1: b""}]])
def test_what_only_python_has_is_not_written(value):
    with pytest.raises(NotPlainError):
        plain.write(value)


def test_lists_in_sets_and_keys_arrive_as_tuples():
    assert plain.read(b"e1:l2:i1;i2;") == {(1, 2)}
    assert plain.read(b"m1:l1:i1;n") == {(1,): None}


def test_an_expected_tuple_is_a_list_elsewhere():
    assert plain.without_tuples({"a": ((1, 2), [3])}) == {"a": [[1, 2], [3]]}


def test_what_lies_too_deep_in_each_other_is_not_written():
    value = []
    for _ in range(plain.MAX_DEPTH + 1):
        value = [value]

    with pytest.raises(NotPlainError):
        plain.write(value)


def test_what_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(plain, "MAX_BYTES", 3)

    with pytest.raises(NotPlainError):
        plain.read(plain.write("four"))
