"""The system calls that prepare one test, made in the order in which the supervisor wrote them down.

The list and all it points to (names, contents, arguments, filters) comes in a sealed memory file that is mapped at a
fixed address, so that it needs no reading: nothing of a program ever enters the heap of the zygote, which later
programs inherit. starter.c does the same; this is for machines without a compiler.
"""

from __future__ import annotations

import ctypes
import errno
import marshal
import os
import struct
from typing import Any, NoReturn

from . import kernel

BASE = 0x20_0000_0000  # below everything that the kernel places by itself, within 39 bits
CALL = struct.Struct("<IBB6B4x6Q")
OPTIONAL, WHOLE = 1, 2
LITERAL, DESCRIPTOR, REGISTER = 0, 1, 2

_PROT_READ, _PROT_WRITE, _MAP_PRIVATE, _MAP_FIXED_NOREPLACE = 1, 2, 2, 0x100000
_STACK_BYTES = 1 << 16
_MOST_RANGES = 256
_MASK = (1 << 64) - 1


class _List(ctypes.Structure):
    _fields_ = (
        ("calls", ctypes.c_void_p),
        ("descriptors", ctypes.c_void_p),
        ("count", ctypes.c_int32),
        ("known", ctypes.c_int32),
        ("failed", ctypes.c_int32),
        ("error", ctypes.c_int32),
    )


class Starter:
    """starter.c, loaded from a descriptor. Raises OSError where it cannot be."""

    def __init__(self, descriptor: int) -> None:
        library = ctypes.PyDLL(f"/proc/self/fd/{descriptor}")  # nothing to gain from letting the interpreter's lock go
        self.make = library.make
        self._start = library.start
        self._wait = library.wait_alone
        self._stack = ctypes.create_string_buffer(_STACK_BYTES)
        self._top = ctypes.c_void_p((ctypes.addressof(self._stack) + _STACK_BYTES) & ~15)

    def wait(self, pid: int, maps_fd: int) -> NoReturn:
        """Close everything, give the memory back, end when our child `pid` has. `maps_fd`: our /proc/self/maps."""
        with open(maps_fd, encoding="utf-8", errors="replace") as file:
            ranges = [found for line in file if (found := _spare_range(line))][:_MOST_RANGES]
        flat = [number for start, end in ranges for number in (start, end - start)]
        kernel.close_from(0)
        self._wait(pid, (ctypes.c_uint64 * len(flat))(*flat), len(ranges))
        os._exit(0)

    def start(self, calls: object) -> int:
        """Process number of the new process, below 0 if there is none."""
        return int(self._start(calls, self._top))


def _spare_range(line: str) -> tuple[int, int] | None:
    """The range of a line of /proc/self/maps, if it is memory of ours that starter.c need not have to wait."""
    place, rights, _offset, _device, _inode, *name = line.split(maxsplit=5)
    if not rights.startswith("rw-p") or (name and (name[0].startswith(("[stack", "/memfd:starter")))):
        return None
    start, end = (int(part, 16) for part in place.split("-"))
    return start, end


def load_starter(descriptor: int) -> Starter | None:
    """starter.c; without it the same calls are made more slowly, as where the system runs nothing from memory files."""
    try:
        return Starter(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)


class CallList:
    """The calls of one test, with the descriptors that they mean; mapped until close().

    `place`: (offset of the calls, their count, offset and length of the words, size of the whole).
    """

    def __init__(self, job_fd: int, place: tuple[int, int, int, int, int], starter: Starter | None) -> None:
        offset, self._count, self._words_offset, self._words_bytes, self._size = place
        ends = (offset + self._count * CALL.size, self._words_offset + self._words_bytes, self._size)
        if min(place) < 0 or self._size == 0 or max(ends) > os.fstat(job_fd).st_size or offset % 8:
            raise ValueError("the list of calls is not where it is said to be")
        self._calls = BASE + offset
        self._starter = starter
        kernel.map_at(BASE, self._size, _PROT_READ | _PROT_WRITE, _MAP_PRIVATE | _MAP_FIXED_NOREPLACE, job_fd)

    def close(self) -> None:
        """Forget it."""
        kernel.unmap(BASE, self._size)

    def words(self) -> dict[str, Any]:
        """What the calls do not say: how a Python program is to be run."""
        found: dict[str, Any] = marshal.loads(ctypes.string_at(BASE + self._words_offset, self._words_bytes))
        return found

    def write_number(self, number: int, offsets: list[int]) -> None:
        """Put our own process number where only this process knows it: into this process's copy of the list."""
        for offset in offsets:
            if not 0 <= offset <= self._size - 4:
                raise ValueError("no such place in the list of calls")
            ctypes.memmove(BASE + offset, struct.pack("=I", number), 4)

    def can_start(self) -> bool:
        """Whether start() is there."""
        return self._starter is not None

    def start(self, descriptors: tuple[int, ...]) -> int:
        """A new process that became the program. Raises OSError for the call that failed; then there is none."""
        assert self._starter is not None
        numbers, calls = self._described(descriptors)
        pid = self._starter.start(ctypes.byref(calls))
        if pid < 0:
            raise OSError(calls.error, os.strerror(calls.error), "clone")
        if calls.failed:
            os.waitpid(pid, 0)
            raise self._error(calls.failed, calls.error)
        del numbers
        return pid

    def make(self, descriptors: tuple[int, ...]) -> None:
        """Make the calls in this process. Raises OSError for the one that failed."""
        if self._starter is None:
            self._make_slowly(descriptors)
            return
        numbers, calls = self._described(descriptors)
        if self._starter.make(ctypes.byref(calls)):
            raise self._error(calls.failed, calls.error)
        del numbers

    def _described(self, descriptors: tuple[int, ...]) -> tuple[object, _List]:
        numbers = (ctypes.c_int32 * len(descriptors))(*descriptors)
        return numbers, _List(self._calls, ctypes.addressof(numbers), self._count, len(descriptors), 0, 0)

    def _make_slowly(self, descriptors: tuple[int, ...]) -> None:
        registers = [0] * 4
        text = ctypes.string_at(self._calls, self._count * CALL.size)
        for at, (number, flags, keep, *rest) in enumerate(CALL.iter_unpack(text)):
            values = [
                _value(kind, given, descriptors, registers) for kind, given in zip(rest[:6], rest[6:], strict=True)
            ]
            result, error = kernel.raw_call(number, values)
            if not error and flags & WHOLE and result != values[2]:
                error = errno.ENOSPC
            if error and not flags & OPTIONAL:
                raise self._error(at + 1, error)
            if keep:
                registers[(keep - 1) & 3] = result

    def _error(self, failed: int, number: int) -> OSError:
        called = CALL.unpack(ctypes.string_at(self._calls + (failed - 1) * CALL.size, CALL.size))[0]
        return OSError(number, os.strerror(number), f"step {failed} of the set-up, system call {called}")


def _value(kind: int, given: int, descriptors: tuple[int, ...], registers: list[int]) -> int:
    if kind == LITERAL:
        return given & _MASK
    if kind == DESCRIPTOR:
        return descriptors[given] if given < len(descriptors) else _MASK  # which is no descriptor
    return registers[(kind - REGISTER) & 3]
