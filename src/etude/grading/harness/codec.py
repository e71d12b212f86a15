"""How plain values cross between two jails: JSON with tags, read strictly. Runs inside both; standard library only.

Never pickle: reading must not be able to run anything. JSON's own null, booleans, strings, whole numbers below 2**53,
finite floats and arrays (lists) stand for themselves; everything else is an object of one tag (see `_TAGS`).
"""

import json
import math
import os
import re
import struct
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

Value: TypeAlias = Any  # whatever may cross; looked at before it is used

MAX_DEPTH = 100
MAX_ITEMS = 500_000
MAX_FRAME_BYTES = 8 << 20
_PLAIN_INT_LIMIT = 1 << 53
_HEX_INT = re.compile(r"-?[0-9a-f]+", re.ASCII)
_ODD_FLOATS = ("nan", "inf", "-inf")
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))


class CannotCrossError(TypeError):
    """The value is no plain value, too deep or too large."""


class ProtocolError(ValueError):
    """What arrived is not what `encode` writes."""


def encode(value: Value, refer: Callable[[Value], list[Value] | None] | None = None) -> bytes:
    """Write a value. An iterator is used up and arrives as an iterator over the same values.

    refer: says for what is no plain value how the other side may speak of it (numbers and texts), None if it may not.
    Raises CannotCrossError for anything but None, bool, int, float, complex, str, bytes, bytearray, list, tuple, dict,
    set, frozenset, range, Ellipsis, dict views and iterators of these; subclasses cross as the built-in type.
    """
    data = json.dumps(_Writer(refer).write(value, 0), allow_nan=False, separators=(",", ":")).encode("ascii")
    if len(data) > MAX_FRAME_BYTES:
        raise CannotCrossError(f"the value is larger than {MAX_FRAME_BYTES >> 20} MiB")
    return data


class _Writer:
    """Turns one value into what json can write, counting its items."""

    def __init__(self, refer: Callable[[Value], list[Value] | None] | None) -> None:
        self.items = 0
        self.refer = refer

    def write(self, value: Value, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise CannotCrossError(f"the value is nested more than {MAX_DEPTH} deep (or contains itself)")
        if value is None or value is True or value is False:
            return value
        for kind, writer in _WRITERS:
            if isinstance(value, kind):
                return writer(self, value, depth)
        reference = self.refer(value) if self.refer is not None else None
        if reference is not None:
            return {"o": self.many(reference, depth)}
        if hasattr(type(value), "__next__") and hasattr(type(value), "__iter__"):
            return {"n": self.many(value, depth)}
        raise CannotCrossError(f"a value of type {type(value).__name__} cannot be handed over; only plain values can")

    def many(self, values: Value, depth: int) -> list[Value]:
        written = []
        for value in values:
            self.items += 1
            if self.items > MAX_ITEMS:
                raise CannotCrossError(f"the value has more than {MAX_ITEMS} items")
            written.append(self.write(value, depth + 1))
        return written


def _write_int(_writer: _Writer, value: Value, _depth: int) -> Value:
    number = int.__pos__(value)
    return number if -_PLAIN_INT_LIMIT < number < _PLAIN_INT_LIMIT else {"i": format(number, "x")}


def _write_float(_writer: _Writer, value: Value, _depth: int) -> Value:
    number = float.__pos__(value)
    if math.isfinite(number):
        return number
    return {"f": "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"}


def _write_complex(_writer: _Writer, value: Value, _depth: int) -> Value:
    return {"c": struct.pack("<dd", value.real, value.imag).hex()}


def _write_str(_writer: _Writer, value: Value, _depth: int) -> Value:
    text = str.__str__(value)
    if any("\ud800" <= character <= "\udfff" for character in text):
        return {"s": text.encode("utf-32-le", "surrogatepass").hex()}
    return text


def _write_dict(writer: _Writer, value: Value, depth: int) -> Value:
    return {"d": writer.many(dict.items(value), depth)}


def _write_range(_writer: _Writer, value: Value, _depth: int) -> Value:
    return {"r": [format(part, "x") for part in (value.start, value.stop, value.step)]}


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[_Writer, Value, int], Value]], ...] = (
    (int, _write_int),
    (float, _write_float),
    (complex, _write_complex),
    (str, _write_str),
    (bytes, lambda _writer, value, _depth: {"b": bytes.hex(value)}),
    (bytearray, lambda _writer, value, _depth: {"B": bytearray.hex(value)}),
    (list, lambda writer, value, depth: writer.many(list.__iter__(value), depth)),
    (tuple, lambda writer, value, depth: {"t": writer.many(tuple.__iter__(value), depth)}),
    (dict, _write_dict),
    (set, lambda writer, value, depth: {"e": writer.many(set.__iter__(value), depth)}),
    (frozenset, lambda writer, value, depth: {"E": writer.many(frozenset.__iter__(value), depth)}),
    (_VIEWS, lambda writer, value, depth: writer.many(value, depth)),
    (range, _write_range),
    (type(...), lambda _writer, _value, _depth: {"x": 0}),
)


def decode(data: bytes, resolve: Callable[[list[Value]], Value] | None = None) -> Value:
    """Read what `encode` wrote. Raises ProtocolError for anything else; runs nothing that the sender chose.

    resolve: returns what a reference stands for, or raises ProtocolError; without it there may be none.
    """
    if len(data) > MAX_FRAME_BYTES:
        raise ProtocolError("too large")
    try:
        plain = json.loads(data.decode("ascii"), parse_constant=_refuse_constant, parse_int=_plain_int)
        return _Reader(resolve).read(plain, 0)
    except ProtocolError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError, struct.error) as error:
        raise ProtocolError(f"{type(error).__name__}") from None


def _refuse_constant(name: str) -> Value:
    raise ProtocolError(name)


def _plain_int(digits: str) -> int:
    if len(digits) > len(str(-_PLAIN_INT_LIMIT)):
        raise ProtocolError("a long number")
    return int(digits)


class _Reader:
    """Turns what json read into one value."""

    def __init__(self, resolve: Callable[[list[Value]], Value] | None) -> None:
        self.resolve = resolve

    def read(self, value: Value, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise ProtocolError("too deep")
        if isinstance(value, list):
            return [self.read(item, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) != 1:
            raise ProtocolError("an object without a tag")
        ((tag, content),) = value.items()
        if tag not in _TAGS:
            raise ProtocolError("an unknown tag")
        return _TAGS[tag](self, content, depth)

    def many(self, content: Value, depth: int) -> list[Value]:
        if not isinstance(content, list):
            raise ProtocolError("items")
        return [self.read(item, depth + 1) for item in content]

    def reference(self, content: Value, depth: int) -> Value:
        if self.resolve is None:
            raise ProtocolError("a reference")
        return self.resolve(self.many(content, depth))


def _read_hex_int(content: Value) -> int:
    if not isinstance(content, str) or not _HEX_INT.fullmatch(content):
        raise ProtocolError("a number")
    return int(content, 16)


def _read_float(_reader: _Reader, content: Value, _depth: int) -> Value:
    if content not in _ODD_FLOATS:
        raise ProtocolError("a float")
    return float(content)


def _read_dict(reader: _Reader, content: Value, depth: int) -> Value:
    pairs = reader.many(content, depth)
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise ProtocolError("a dict")
    return dict(pairs)


def _read_range(_reader: _Reader, content: Value, _depth: int) -> Value:
    if not isinstance(content, list) or len(content) != 3:
        raise ProtocolError("a range")
    return range(*(_read_hex_int(part) for part in content))


_TAGS: dict[str, Callable[[_Reader, Value, int], Value]] = {
    "i": lambda _reader, content, _depth: _read_hex_int(content),
    "f": _read_float,
    "c": lambda _reader, content, _depth: complex(*struct.unpack("<dd", bytes.fromhex(content))),
    "s": lambda _reader, content, _depth: bytes.fromhex(content).decode("utf-32-le", "surrogatepass"),
    "b": lambda _reader, content, _depth: bytes.fromhex(content),
    "B": lambda _reader, content, _depth: bytearray.fromhex(content),
    "t": lambda reader, content, depth: tuple(reader.many(content, depth)),
    "d": _read_dict,
    "e": lambda reader, content, depth: set(reader.many(content, depth)),
    "E": lambda reader, content, depth: frozenset(reader.many(content, depth)),
    "n": lambda reader, content, depth: iter(reader.many(content, depth)),
    "o": lambda reader, content, depth: reader.reference(content, depth),
    "r": _read_range,
    "x": lambda _reader, _content, _depth: ...,
}


class FrameError(Exception):
    """The other end is gone or does not keep to the frames."""


class Frames:
    """Frames on two descriptors: four bytes of length, big-endian, then so many bytes."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd, self._write_fd = read_fd, write_fd
        self._read, self._write = os.read, os.write  # kept: an answer may replace them

    def receive(self) -> bytes:
        """Wait for one frame. Raises FrameError at the end of the stream."""
        (size,) = struct.unpack(">I", self._exactly(4))
        return self._exactly(size)

    def send(self, payload: bytes) -> None:
        """Write one frame."""
        data = memoryview(struct.pack(">I", len(payload)) + payload)
        while data:
            data = data[self._write(self._write_fd, data) :]

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            part = self._read(self._read_fd, min(size, 1 << 16))
            if not part:
                raise FrameError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def own_channel() -> Frames:  # pragma: no cover # inside the jail only: it takes the process's own streams
    """Take descriptors 0 and 1 for the frames; what the program prints then goes where its errors go."""
    frames = Frames(os.dup(0), os.dup(1))
    os.dup2(2, 1)
    sys.stdout.flush()
    return frames
