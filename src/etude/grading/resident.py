"""A compiler that stays: started once, in a jail of its own, and asked again and again through its pipes.

It runs no answer, only reads them. Whatever goes wrong with it (it is late, it ends, it answers nonsense) ends it; the
answer is then compiled by a compiler of its own, as if there were no resident one, and the next answer gets a new one.
"""

from __future__ import annotations

import os
import select
import struct
import time
from typing import TYPE_CHECKING

from etude import jail as wall
from etude.jail import IsolationUnavailable, JailError, RunRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from etude.grading.jails import JailLike, LiveProgram
    from etude.grading.languages import Source
    from etude.jail import ExecProgram

MAX_COMPILATIONS = 200
# Longer than an honest answer takes on a busy machine; a compiler of its own may then try for longer.
ANSWER_TIMEOUT_S = 10.0
START_TIMEOUT_S = 60.0
MAX_FIELD_BYTES = 64 << 20
_LIMITS = wall.Limits(
    cpu_time_s=3600.0,
    wall_time_s=7 * 86_400.0,
    memory_bytes=1 << 30,
    address_space=False,
    open_files=256,
)
_READ_BYTES = 1 << 16


class _LostError(Exception):
    """The compiler is late, gone, or talks nonsense."""


class ResidentCompiler:
    """One compiler of one thread. Not thread-safe.

    program: it first sends an empty field, when it is ready; then it reads requests (how many files, the name of the
    program's file, then name and content of each) and answers each with three fields: the errors as `read_errors` of
    the language wants them, its words, and what it made. A field is its length (4 bytes, big-endian) and its bytes.
    make_jail: makes the jail that it lives in.
    """

    def __init__(self, program: ExecProgram, artefact: str, make_jail: Callable[[], JailLike]) -> None:
        self._program = program
        self._artefact = artefact
        self._make_jail = make_jail
        self._jail: JailLike | None = None
        self._live: LiveProgram | None = None
        self._compilations = 0

    def start(self) -> None:
        """Start it now, if it is not there. Raises IsolationUnavailable; any other fault shows in compile()."""
        try:
            self._start()
        except IsolationUnavailable:
            raise
        except (JailError, OSError, _LostError):
            self.close()

    def compile(self, source: Source) -> RunRecord | None:
        """Compile an answer: a record as if the compiler had run for it alone; None when it could not.

        Raises IsolationUnavailable.
        """
        started = time.monotonic()
        try:
            self._start()
            deadline = time.monotonic() + ANSWER_TIMEOUT_S
            self._send(_request(source), deadline)
            errors, words, made = (self._receive(deadline) for _ in range(3))
        except IsolationUnavailable:
            raise
        except (JailError, OSError, _LostError):
            self.close()
            return None
        self._compilations += 1
        if self._compilations >= MAX_COMPILATIONS:
            self.close()
        return RunRecord(
            exit_code=0 if made else 1,
            signal=None,
            cpu_us=0,
            wall_us=round((time.monotonic() - started) * 1e6),
            memory_kb=0,
            cpu_exceeded=False,
            wall_exceeded=False,
            output_exceeded=False,
            memory_exceeded=False,
            stdout=errors,
            stderr=words,
            collected={self._artefact: made} if made else {},
            refused={},
        )

    def close(self) -> None:
        """End it. May be called twice; it is started again when needed again."""
        live, self._live = self._live, None
        jail, self._jail = self._jail, None
        if live is not None:
            live.close()
        if jail is not None:
            jail.close()

    def _start(self) -> None:
        if self._live is not None:
            return
        self._jail = self._make_jail()
        self._live = self._jail.start(self._program, limits=_LIMITS)
        os.set_blocking(self._live.stdin, False)
        self._compilations = 0
        if self._receive(time.monotonic() + START_TIMEOUT_S):
            raise _LostError

    def _send(self, data: bytes, deadline: float) -> None:
        assert self._live is not None
        rest = memoryview(data)
        while rest:
            _wait(self._live.stdin, select.POLLOUT, deadline)
            rest = rest[os.write(self._live.stdin, rest[:_READ_BYTES]) :]

    def _receive(self, deadline: float) -> bytes:
        (size,) = struct.unpack(">I", self._read(4, deadline))
        if size > MAX_FIELD_BYTES:
            raise _LostError
        return self._read(size, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._live is not None
        data = bytearray()
        while len(data) < size:
            _wait(self._live.stdout, select.POLLIN, deadline)
            chunk = os.read(self._live.stdout, min(size - len(data), _READ_BYTES))
            if not chunk:
                raise _LostError
            data += chunk
        return bytes(data)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    poller = select.poll()
    poller.register(descriptor, event)
    left_ms = (deadline - time.monotonic()) * 1000
    if left_ms <= 0 or not poller.poll(left_ms):
        raise _LostError


def _request(source: Source) -> bytes:
    fields = [source.main.encode()]
    for name, data in source.files.items():
        fields += [name.encode(), data]
    return struct.pack(">I", len(source.files)) + b"".join(struct.pack(">I", len(field)) + field for field in fields)
