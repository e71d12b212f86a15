"""Plain values as bytes that a few lines of any language can read and write; read strictly, for an answer wrote them.

`n` null, `t` and `f` true and false, `i12;` a whole number, `d0.5;` a float (also `nan`, `inf`, `-inf`), `s4:` and so
many bytes of UTF-8, `l2:` and so many values (a list), `e2:` (a set), `m2:` and so many keys with their values.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_BYTES = 8 << 20
MAX_DEPTH = 100
MAX_ITEMS = 500_000
_MAX_DIGITS = 4000
_INT = re.compile(rb"-?[0-9]+")
_FLOAT = re.compile(rb"-?(?:inf|nan|[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)")
_CONSTANTS = {None: b"n", True: b"t", False: b"f"}
_VALUE_OF = {b"n": None, b"t": True, b"f": False}


class NotPlainError(ValueError):
    """A value that cannot be written, or bytes that `write` would not write."""


def write(value: object, depth: int = 0) -> bytes:
    """Write None, booleans, numbers, texts, lists, tuples (as lists), sets, dictionaries. Raises NotPlainError."""
    if depth > MAX_DEPTH:
        raise NotPlainError("too deep")
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    for kind, writer in _WRITERS:
        if isinstance(value, kind):
            return writer(value, depth)
    raise NotPlainError(type(value).__name__)


def _write_text(value: str, _depth: int) -> bytes:
    text = value.encode("utf-8", "replace")
    return b"s%d:%s" % (len(text), text)


def _write_many(tag: bytes, count: int, values: Iterable[object], depth: int) -> bytes:
    return b"%s%d:%s" % (tag, count, b"".join(write(value, depth + 1) for value in values))


def _write_map(value: dict[object, object], depth: int) -> bytes:
    return _write_many(b"m", len(value), (part for pair in value.items() for part in pair), depth)


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any, int], bytes]], ...] = (
    (int, lambda value, _depth: b"i%d;" % value),
    (float, lambda value, _depth: b"d%s;" % repr(value).encode()),
    (str, _write_text),
    ((list, tuple), lambda value, depth: _write_many(b"l", len(value), value, depth)),
    ((set, frozenset), lambda value, depth: _write_many(b"e", len(value), value, depth)),
    (dict, _write_map),
)


def read(data: bytes) -> object:
    """Read one value and nothing after it. Raises NotPlainError."""
    if len(data) > MAX_BYTES:
        raise NotPlainError("too large")
    reader = _Reader(data)
    try:
        value = reader.value(0)
    except (ValueError, TypeError, OverflowError) as error:
        raise NotPlainError(type(error).__name__) from None
    if reader.place != len(data):
        raise NotPlainError("more than one value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0
        self.items = 0

    def value(self, depth: int) -> object:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise NotPlainError("too deep or too many")
        tag = self.data[self.place : self.place + 1]
        self.place += 1
        if tag in _VALUE_OF:
            return _VALUE_OF[tag]
        if tag in {b"i", b"d"}:
            return self._number(self._until(b";"), is_float=tag == b"d")
        count = self._number(self._until(b":"), is_float=False)
        if not isinstance(count, int) or count < 0 or count > MAX_BYTES:
            raise NotPlainError("a length")
        return self._several(tag, count, depth)

    def _several(self, tag: bytes, count: int, depth: int) -> object:
        if tag == b"s":
            text = self.data[self.place : self.place + count]
            self.place += count
            if len(text) < count:
                raise NotPlainError("cut off")
            return text.decode("utf-8", "replace")
        if tag == b"m":
            return {frozen(self.value(depth + 1)): self.value(depth + 1) for _ in range(count)}
        if tag == b"l":
            return [self.value(depth + 1) for _ in range(count)]
        if tag == b"e":
            return {frozen(self.value(depth + 1)) for _ in range(count)}
        raise NotPlainError("an unknown tag")

    def _until(self, end: bytes) -> bytes:
        last = self.data.find(end, self.place, self.place + _MAX_DIGITS)
        if last < 0:
            raise NotPlainError("cut off")
        text = self.data[self.place : last]
        self.place = last + 1
        return text

    @staticmethod
    def _number(text: bytes, *, is_float: bool) -> float:
        if not (_FLOAT if is_float else _INT).fullmatch(text):
            raise NotPlainError("a number")
        return float(text) if is_float else int(text)


def frozen(value: object) -> object:
    """Return what stands for a value in a set or as a key: a list's items in a tuple."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    return frozenset(value) if isinstance(value, set) else value


def without_tuples(value: object) -> object:
    """Return an expected value as a language without tuples would give it: with lists."""
    if isinstance(value, list | tuple):
        return [without_tuples(item) for item in value]
    if isinstance(value, dict):
        return {key: without_tuples(item) for key, item in value.items()}
    return value
