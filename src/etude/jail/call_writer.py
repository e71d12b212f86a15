"""Writes system calls down, for a process that makes them without knowing what for (see inside/calls.py)."""

from __future__ import annotations

import marshal
import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .inside import calls
from .memory_file import sealed_file
from .seccomp import own_number_at
from .system_calls import table

if TYPE_CHECKING:
    from collections.abc import Mapping

_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """A finished list: its memory file, which is ours to close, and where the calls stand in it (see CallList)."""

    descriptor: int
    place: tuple[int, int, int, int, int]
    own_number_at: tuple[int, ...] = ()
    """Where, as offsets, the process writes its own number before it makes the calls."""


class Argument:
    """An argument of a call that is not known before it is made: a descriptor, or an earlier call's result."""

    def __init__(self, kind: int, given: int = 0) -> None:
        self.kind, self.given = kind, given


def descriptor(number: int) -> Argument:
    """The number that one of the descriptors handed to the zygote has there."""
    return Argument(calls.DESCRIPTOR, number)


def register(number: int) -> Argument:
    """The result of the call that was kept in this register, 0 to 3."""
    return Argument(calls.REGISTER + number)


class CallWriter:
    """Collects calls and what they point to. Every pointer is an address at which the zygote maps the file."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.calls = bytearray()
        self._texts: dict[bytes, int] = {}
        self._numbers = table()
        self.own_number_at: list[int] = []

    def put(self, content: bytes) -> int:
        """Keep `content`, aligned; its address."""
        self.data += bytes(-len(self.data) % 8)
        address = calls.BASE + len(self.data)
        self.data += content
        return address

    def text(self, value: str | bytes) -> int:
        """Keep a C string; its address."""
        encoded = os.fsencode(value) + b"\0"
        if encoded not in self._texts:
            self._texts[encoded] = self.put(encoded)
        return self._texts[encoded]

    def array(self, values: list[bytes]) -> int:
        """Keep an array of C strings that ends with NULL; its address."""
        addresses = [self.text(value) for value in values]
        return self.put(struct.pack(f"<{len(addresses) + 1}Q", *addresses, 0))

    def filter(self, instructions: bytes) -> int:
        """Keep a seccomp filter; the address of its header (struct sock_fprog)."""
        address = self.put(instructions)
        self.own_number_at += [address - calls.BASE + at for at in own_number_at(instructions)]
        return self.put(struct.pack("<H6xQ", len(instructions) // 8, address))

    def call(self, name: str, *arguments: int | Argument, flags: int = 0, keep: int | None = None) -> None:
        """One more call; `flags`: calls.OPTIONAL, calls.WHOLE; its result is kept in register `keep`, 0 to 3."""
        known = [value if isinstance(value, Argument) else Argument(calls.LITERAL, value) for value in arguments]
        known += [Argument(calls.LITERAL)] * (6 - len(known))
        kinds = [value.kind for value in known]
        given = [value.given & _MASK for value in known]
        kept = 0 if keep is None else keep + 1
        self.calls += calls.CALL.pack(self._numbers[name], flags, kept, *kinds, *given)

    def finish(self, words: Mapping[str, object]) -> Recipe:
        """Write it all to a memory file that nobody can change any more."""
        packed = marshal.dumps(dict(words))
        words_at = self.put(packed) - calls.BASE
        calls_at = self.put(bytes(self.calls)) - calls.BASE
        place = (calls_at, len(self.calls) // calls.CALL.size, words_at, len(packed), len(self.data))
        return Recipe(sealed_file("job", self.data), place, tuple(self.own_number_at))
