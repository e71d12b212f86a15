"""The pipes, or the terminal, between the supervisor and one test."""

from __future__ import annotations

import json
import os
import select
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .audit import Listener, receive
from .errors import JailError, _
from .terminal import open_terminal

if TYPE_CHECKING:
    from .records import WindowSize

_CHUNK = 1 << 16
_NUMBERS = ("code", "cpu_us", "wall_us", "memory_kb", "floor_kb")
_PIPE_BYTES = 1 << 16  # what a pipe takes without a reader


class Channel:
    """stdin, stdout, stderr and the control socket of one test; all ends close on exec.

    The warden answers on the control socket; closing or shutting it tells the warden to kill the program. `owner`: the
    user that the program runs as, if not ours: opening /dev/stdin asks for rights to the pipe behind it. `window`:
    the three streams are a terminal of this size, whose other end is `stdin` (read and written); `stdout` and `stderr`
    are -1 then.
    """

    def __init__(self, *, owner: int | None = None, window: WindowSize | None = None) -> None:
        self.control, self._their_control = socket.socketpair()
        self._theirs: list[int] = []
        self.stdin = self.stdout = self.stderr = -1
        try:
            if window is None:
                self._make_pipes()
            else:
                self.stdin, theirs = open_terminal(window)
                self._theirs += [theirs, os.dup(theirs), os.dup(theirs)]
            if owner is not None:
                for descriptor in self._theirs:
                    os.fchown(descriptor, owner, owner)
        except OSError:
            self.close()
            raise

    def _make_pipes(self) -> None:
        read, self.stdin = os.pipe()
        self._theirs.append(read)
        self.stdout, write = os.pipe()
        self._theirs.append(write)
        self.stderr, write = os.pipe()
        self._theirs.append(write)

    def theirs(self) -> list[int]:
        """The ends for the jail, in the order that the warden expects."""
        return [self._their_control.fileno(), *self._theirs]

    def close_theirs(self) -> None:
        """Close our copies of the jail's ends, so that its end is seen as the end of the streams."""
        self._their_control.close()
        for descriptor in self._theirs:
            os.close(descriptor)
        self._theirs.clear()

    def close_stdin(self) -> None:
        """The program reads end of file."""
        if self.stdin >= 0:
            os.close(self.stdin)
            self.stdin = -1

    def stop(self) -> None:
        """Have the program killed; the report still comes."""
        with suppress(OSError):  # it may just have ended by itself
            self.control.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close everything; a program that still runs is killed. May be called twice."""
        self.close_theirs()
        self.close_stdin()
        self.control.close()
        for descriptor in (self.stdout, self.stderr):
            if descriptor >= 0:
                os.close(descriptor)
        self.stdout = self.stderr = -1

    def exchange(self, stdin: bytes, output_bytes: int, timeout_s: float, *, audit: bool = False) -> Exchange:
        """Feed the program and read all its output (at most `output_bytes` of each stream, then it is stopped).

        `audit`: its refused system calls are asked for first. Raises JailError if there is no report after `timeout_s`.
        """
        exchange = Exchange(self, stdin, output_bytes)
        if audit:
            exchange.listen(timeout_s)
        try:
            return exchange.run(timeout_s)
        finally:
            exchange.stop_listening()

    def report(self, timeout_s: float) -> Report:
        """Wait for the warden's report alone. Raises JailError if it does not come in time or is none."""
        self.control.settimeout(timeout_s)
        data = bytearray()
        try:
            while chunk := self.control.recv(_CHUNK):
                data += chunk
        except OSError as error:
            raise JailError(_("The jail did not report in time.")) from error
        return Report(bytes(data))


class Exchange:
    """One run's traffic: standard streams and the report, over poll(2)."""

    def __init__(self, channel: Channel, stdin: bytes, output_bytes: int) -> None:
        self._channel = channel
        self._rest = memoryview(stdin)
        self._limit = output_bytes
        self.overflow = False
        self._control = channel.control.fileno()
        self._stdout, self._stderr = bytearray(), bytearray()
        self._report = bytearray()
        self._data = {channel.stdout: self._stdout, channel.stderr: self._stderr, self._control: self._report}
        self._poller = select.poll()
        self._waiting: set[int] = set()
        self._listener: Listener | None = None
        self.refused_calls: tuple[str, ...] = ()

    def listen(self, timeout_s: float) -> None:
        """Wait until the program's filter is there to tell what it refuses. Raises JailError after `timeout_s`."""
        try:
            self._listener, begun = receive(self._channel.control, timeout_s)
        except OSError as error:
            raise JailError(_("The jail did not report in time.")) from error
        self._report += begun
        if self._listener is not None:
            self._poller.register(self._listener.number, select.POLLIN)

    def stop_listening(self) -> None:
        """Keep what was heard. May be called twice."""
        listener, self._listener = self._listener, None
        if listener is not None:
            self.refused_calls = tuple(sorted(listener.names))
            listener.close()

    def run(self, timeout_s: float) -> Exchange:
        """Until every stream has ended. Raises JailError after `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        if len(self._rest) <= _PIPE_BYTES:
            self._feed()
            self._channel.close_stdin()
        else:
            os.set_blocking(self._channel.stdin, False)
            self._poller.register(self._channel.stdin, select.POLLOUT)
        self._waiting = set(self._data)
        for descriptor in self._waiting:
            self._poller.register(descriptor, select.POLLIN)
        while self._waiting:
            left = deadline - time.monotonic()
            if left <= 0:
                raise JailError(_("The jail did not report in time."))
            for descriptor, event in self._poller.poll(left * 1000 + 1):
                self._attend(descriptor, event)
        return self

    def _attend(self, descriptor: int, event: int) -> None:
        if descriptor == self._channel.stdin:
            self._feed_more(event)
        elif self._listener is not None and descriptor == self._listener.number:
            self._hear(event)
        elif not self._take(descriptor):
            self._poller.unregister(descriptor)
            self._waiting.discard(descriptor)

    def _hear(self, event: int) -> None:
        assert self._listener is not None
        if event & select.POLLIN:
            self._listener.answer()
        else:
            self._poller.unregister(self._listener.number)  # nobody is left to be refused anything

    def _feed(self) -> None:
        try:
            while self._rest:
                self._rest = self._rest[os.write(self._channel.stdin, self._rest) :]
        except BrokenPipeError:
            self._rest = self._rest[:0]  # a program need not read its input

    def _feed_more(self, event: int) -> None:
        try:
            if event & (select.POLLERR | select.POLLHUP):
                self._rest = self._rest[:0]
            self._feed()
        except BlockingIOError:
            return
        self._poller.unregister(self._channel.stdin)
        self._channel.close_stdin()

    def _take(self, descriptor: int) -> bool:
        """Read what is there; False at the end of the stream."""
        chunk = os.read(descriptor, _CHUNK)
        data = self._data[descriptor]
        if descriptor != self._control and len(data) + len(chunk) > self._limit:
            chunk = chunk[: self._limit - len(data)] or b"\0"
            if not self.overflow:
                self.overflow = True
                self._channel.stop()
            if len(data) >= self._limit:
                return True  # read on and forget, until the program is dead
        data += chunk
        return bool(chunk)

    @property
    def stdout(self) -> bytes:
        return bytes(self._stdout)

    @property
    def stderr(self) -> bytes:
        return bytes(self._stderr)

    def report(self) -> Report:
        """The warden's report. Raises JailError if there is none."""
        return Report(bytes(self._report))


class Report:
    """What the warden says: a line of JSON, then the collected files. Raises JailError for a fault of the jail.

    It comes from the other side of the wall: whatever else stands there is a fault too.
    """

    def __init__(self, data: bytes) -> None:
        head, _newline, rest = data.partition(b"\n")
        if not head:
            raise JailError(_("The jail ended without a report."))
        try:
            self.values: dict[str, Any] = dict(json.loads(head))
            if "fault" in self.values:
                raise JailError(_("The program could not be run: %(fault)s"), fault=self.values["fault"])
            self.numbers = {name: int(self.values[name]) for name in _NUMBERS}
            self.why = str(self.values["why"])
            self.refused = {str(name): str(reason) for name, reason in dict(self.values.get("refused", {})).items()}
            sizes = [(str(name), int(size)) for name, size in self.values.get("collected", ())]
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise JailError(_("The jail sent something that is no report.")) from error
        self.collected: dict[str, bytes] = {}
        for name, size in sizes:
            self.collected[name], rest = rest[:size], rest[max(size, 0) :]
            if len(self.collected[name]) != size:
                raise JailError(_("The report of the jail was cut short."))
