"""Lets a test script in one jail talk to the answer in another: the supervisor passes frames between them, unread.

The script asks, the answer replies, in turn. Whoever floods, stops reading or leaves is ended; only the script's
report, which the answer's jail has no way to write, says how the checks went.
"""

from __future__ import annotations

import contextlib
import os
import select
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.grading.harness.codec import MAX_FRAME_BYTES

if TYPE_CHECKING:
    from etude.grading.jails import LiveProgram

_READ_BYTES = 1 << 16
_CALL, _DONE = b"C", b"D"
_END = b'{"t":["end"]}'  # the codec's words for ("end",)


class _LeftError(Exception):
    """A side closed its channel (`has_gone`), or broke the rules and is still there."""

    def __init__(self, side: Side, *, has_gone: bool = True) -> None:
        super().__init__()
        self.side = side
        self.has_gone = has_gone


@dataclass(slots=True, eq=False)
class Side:
    """One program of the two.

    print_limit_bytes: how much is kept of what it prints (on standard error, where all its printing goes).
    may_flood: printing more is no offence.
    """

    program: LiveProgram
    print_limit_bytes: int
    may_flood: bool = False
    printed: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    has_flooded: bool = False
    is_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """How it went.

    report: the script's own, None if it ended without one. answer_left: before the script was through, or against the
    rules. answer_may_run: it has to be killed; else it is ending by itself.
    """

    report: bytes | None
    answer_left: bool
    answer_may_run: bool = True


def converse(script: Side, answer: Side) -> Talk:
    """Pass frames until the script reports or a side leaves; then the answer must still be there to say goodbye.

    The jails' own limits end a side that hangs. Both programs may still run afterwards: kill them.
    """
    for side in (script, answer):
        os.set_blocking(side.program.stdin, False)
    try:
        while True:
            said = _receive(script, answer)
            if said[:1] == _DONE:
                _send(answer, _END, script)
                _receive(answer, script)
                return Talk(report=bytes(said[1:]), answer_left=False)
            _send(answer, bytes(said[1:]), script)
            _send(script, bytes(_receive(answer, script)), answer)
    except _LeftError as left:
        has_answer_gone = left.side is answer and left.has_gone
        return Talk(report=None, answer_left=left.side is answer, answer_may_run=not has_answer_gone)


def _receive(side: Side, other: Side) -> bytearray:
    """Wait for one frame from `side`, meanwhile keeping what both print."""
    while True:
        size = struct.unpack(">I", side.received[:4])[0] if len(side.received) >= 4 else 0
        if size > MAX_FRAME_BYTES + 1:
            raise _LeftError(side, has_gone=False)
        if len(side.received) >= 4 + size > 4:
            frame = side.received[4 : 4 + size]
            del side.received[: 4 + size]
            return frame
        if not size and len(side.received) >= 4:  # nobody sends empty frames
            raise _LeftError(side, has_gone=False)
        _wait(side, other, reading=True)
        data = os.read(side.program.stdout, _READ_BYTES)
        if not data:
            raise _LeftError(side)
        side.received += data


def _send(side: Side, payload: bytes, other: Side) -> None:
    """Write one frame to `side`, however slowly it reads."""
    rest = memoryview(struct.pack(">I", len(payload)) + payload)
    while rest:
        _wait(side, other, reading=False)
        try:
            rest = rest[os.write(side.program.stdin, rest) :]
        except BrokenPipeError:
            raise _LeftError(side) from None


def _wait(side: Side, other: Side, *, reading: bool) -> None:
    """Return when `side` can be read or written; keep what either prints until then."""
    poller = select.poll()
    wanted = side.program.stdout if reading else side.program.stdin
    poller.register(wanted, select.POLLIN if reading else select.POLLOUT)
    listened = {each.program.stderr: each for each in (side, other) if not each.is_silent}
    for descriptor in listened:
        poller.register(descriptor, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poller.poll()}
        for descriptor in ready & listened.keys():
            if not _listen(listened[descriptor]):
                poller.unregister(descriptor)
        if wanted in ready:
            return


def _listen(side: Side) -> bool:
    """Keep what a side prints, up to its limit; False at the end of it. Raises _LeftError for a flood."""
    data = os.read(side.program.stderr, _READ_BYTES)
    side.is_silent = not data
    room = side.print_limit_bytes - len(side.printed)
    side.printed += data[:room]
    if len(data) > room and not side.may_flood:
        side.has_flooded = True
        raise _LeftError(side, has_gone=False)
    return bool(data)


def drain(side: Side) -> None:
    """Read what an ended program still had printed, up to its limit."""
    with contextlib.suppress(_LeftError):
        while not side.is_silent:
            _listen(side)
