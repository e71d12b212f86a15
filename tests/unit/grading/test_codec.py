"""Plain values cross whole; nothing else crosses, and nothing that arrives can run."""

from __future__ import annotations

import contextlib
import math
import os
from collections import OrderedDict
from enum import IntEnum
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etude.grading.harness import codec
from etude.grading.harness.codec import CannotCrossError, FrameError, Frames, ProtocolError, decode, encode

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters(exclude_categories=()))
    | st.binary()
)
HASHABLES = st.recursive(
    SCALARS, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=5
)
VALUES = st.recursive(
    HASHABLES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(HASHABLES, inner, max_size=4) | st.sets(HASHABLES, max_size=4)
    ),
    max_leaves=10,
)


class Point(NamedTuple):
    x: int
    y: int


class Colour(IntEnum):
    RED = 1


def shape(value: object) -> object:
    """A value with the types of all its parts, so that 1, 1.0 and True differ."""
    if isinstance(value, list | tuple):
        return type(value), [shape(part) for part in value]
    if isinstance(value, dict):
        return dict, [(shape(key), shape(part)) for key, part in value.items()]
    return type(value), value


@settings(deadline=None, max_examples=150, database=None)
@given(VALUES)
def test_every_plain_value_arrives_as_it_was(value):
    assert shape(decode(encode(value))) == shape(value)


@settings(deadline=None, max_examples=150, database=None)
@given(st.binary(max_size=40) | st.text('[]{}"tdebicsfrnx:,0123456789-.', max_size=40).map(str.encode))
def test_whatever_arrives_is_read_or_refused(data):
    with contextlib.suppress(ProtocolError):
        decode(data)


ODD = [math.inf, -math.inf, -0.0, 10**5000, -(1 << 53), range(3, 9, 2), bytearray(b"x"), ..., "\ud83d\ude00"]


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_odd_values_cross_too(value):
    arrived = decode(encode(value))

    assert (type(arrived), arrived) == (type(value), value)


def test_not_a_number_crosses():
    assert math.isnan(decode(encode(math.nan)))


def test_subclasses_cross_as_the_built_in_type():
    arrived = decode(encode([Point(1, 2), Colour.RED, OrderedDict(a=1)]))

    assert [type(value) for value in arrived] == [tuple, int, dict]


def test_iterators_and_views_cross_with_their_values():
    assert list(decode(encode(iter("ab")))) == ["a", "b"]
    assert decode(encode({1: 2}.items())) == [(1, 2)]


def endless():
    while True:
        yield 0


def nested(depth: int) -> list:
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [object(), len, int, endless(), nested(codec.MAX_DEPTH + 1), b"x" * codec.MAX_FRAME_BYTES],
    ids=["object", "function", "class", "endless", "deep", "large"],
)
def test_what_is_no_plain_value_cannot_cross(value):
    with pytest.raises(CannotCrossError):
        encode(value)


NONSENSE = [
    b"",
    b"{}",
    b"NaN",
    b'{"q":1}',
    b'{"t":1}',
    b'{"t":[],"d":[]}',
    b'{"i":"0x1"}',
    b'{"i":5}',
    b'{"f":"1"}',
    b'{"b":5}',
    b'{"d":[[1,2]]}',
    b'{"d":[{"t":[1]}]}',
    b'{"e":[[1]]}',
    b'{"r":["1"]}',
    b'{"r":["1","2","0"]}',
    b'{"c":"00"}',
    b"9" * 5000,
    b"[" * 5000 + b"]" * 5000,
    b"[" * (codec.MAX_DEPTH + 2) + b"]" * (codec.MAX_DEPTH + 2),
    b"\xff",
    b" " * (codec.MAX_FRAME_BYTES + 1),
]


@pytest.mark.parametrize("data", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_refused(data):
    with pytest.raises(ProtocolError):
        decode(data)


def test_frames_arrive_whole_and_their_end_is_noticed():
    read_fd, write_fd = os.pipe()
    frames = Frames(read_fd, write_fd)

    frames.send(b"one")
    frames.send(b"")
    os.close(write_fd)

    assert (frames.receive(), frames.receive()) == (b"one", b"")
    with pytest.raises(FrameError):
        frames.receive()
    os.close(read_fd)


def test_what_is_no_plain_value_may_be_spoken_of():
    thing = object()

    data = encode([1, thing], lambda value: ["b", 7] if value is thing else None)

    assert decode(data, lambda content: (content, "found")) == [1, (["b", 7], "found")]
    with pytest.raises(CannotCrossError):
        encode(object(), lambda _value: None)


@pytest.mark.parametrize("data", [b'{"o":5}', b'{"o":["b",{"q":1}]}', b'{"o":["b",9]}'])
def test_a_reference_that_means_nothing_is_refused(data):
    with pytest.raises(ProtocolError):
        decode(data)
    with pytest.raises(ProtocolError):
        decode(data, lambda content: [][content[1]])
