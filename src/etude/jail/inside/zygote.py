"""The warm process of a jail. It never reads a program: it forks one child per test, and watches them all."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import TYPE_CHECKING

from . import kernel, student, warden
from .calls import CallList

if TYPE_CHECKING:
    import _socket
    from collections.abc import Callable

    from .calls import Starter

MAX_DYING = 2  # tests whose last process is on its way out while others run
_JOB = 4  # among the descriptors of a test
_MESSAGE_BYTES = 1 << 16
_CMSG_BYTES = 64
_CLOSE_ON_EXEC = 0x40000000  # MSG_CMSG_CLOEXEC
# What a program's process has no more use for: to free it would write to pages that it shares with us.
_unfreed: list[object] = []


class Setting:
    """What is the same for all tests of a jail.

    `standard_modules`: those that an answer may replace by its own; `starter`: starter.c, where a compiler is there.
    """

    def __init__(self, standard_modules: frozenset[str], starter: Starter | None) -> None:
        self.standard_modules = standard_modules
        self.starter = starter


class _Watch:
    """The tests that run now, by the descriptors on which they have something to say, and those that are dying."""

    def __init__(self, supervisor: int) -> None:
        self._wardens: dict[int, warden.Warden] = {}
        self._dying: dict[int, kernel.Sleeper] = {}
        self._poller = select.poll()
        self._poller.register(supervisor, select.POLLIN)

    def wait(self) -> list[int]:
        """The descriptors on which something happened, at the latest when a limit may be reached."""
        return [descriptor for descriptor, _ in self._poller.poll(self._pause_ms())]

    def _pause_ms(self) -> float | None:
        if not self._wardens:
            return None
        return max(0.0, min(one.wake_at for one in self._wardens.values()) - time.monotonic()) * 1000 + 1

    def add(self, watched: warden.Warden) -> None:
        for descriptor in watched.descriptors():
            self._wardens[descriptor] = watched
            self._poller.register(descriptor, select.POLLIN)

    def notice(self, descriptor: int) -> warden.Warden | None:
        """Hear what one descriptor has to say: it has one thing, and would go on saying it."""
        self._poller.unregister(descriptor)
        if descriptor in self._dying:
            self._dying.pop(descriptor).end()
            return None
        watched = self._wardens.pop(descriptor)
        watched.notice(descriptor)
        return watched

    def finish(self, noticed: list[warden.Warden]) -> None:
        """End the tests that are over."""
        for ended in {one for one in (*self._wardens.values(), *noticed) if one.is_over()}:
            for silent in [opened for opened, one in self._wardens.items() if one is ended]:
                self._poller.unregister(silent)
                del self._wardens[silent]
            sleeper = ended.finish()
            if isinstance(sleeper, kernel.Sleeper) and sleeper.pidfd >= 0:
                self._dying[sleeper.pidfd] = sleeper
                self._poller.register(sleeper.pidfd, select.POLLIN)

    def abandon(self) -> None:
        """End all tests at once."""
        for one in set(self._wardens.values()):
            one.abandon()

    def bury(self) -> None:
        """Leave no more dying ones than the kernel's count of processes allows for (see launch)."""
        while len(self._dying) >= MAX_DYING:
            self.notice(next(iter(self._dying)))


def serve(control: _socket.socket, setting: Setting) -> Callable[[], None]:
    """Fork a test for every message on `control`; when the supervisor is gone, end, and with us all tests.

    Returns only in the process of a program: what it must call.
    """
    supervisor = control.fileno()
    watch = _Watch(supervisor)
    while True:
        spoken = watch.wait()
        noticed = [watch.notice(descriptor) for descriptor in spoken if descriptor != supervisor]
        watch.finish([watched for watched in noticed if watched is not None])
        if supervisor in spoken:  # last: a new test's descriptors have the numbers of those just closed
            message, descriptors = _receive(control)
            if not descriptors:  # the supervisor is gone, or not itself any more
                watch.abandon()
                os._exit(0)
            watch.bury()
            run = _begin(message, descriptors, setting, watch)
            if run is not None:
                return run


def _receive(control: _socket.socket) -> tuple[bytes, tuple[int, ...]]:
    message, ancillary, _, _ = control.recvmsg(_MESSAGE_BYTES, _CMSG_BYTES, _CLOSE_ON_EXEC)
    if not message or not ancillary:
        return b"", ()
    data = ancillary[0][2]
    return message, struct.unpack(f"{len(data) // 4}i", data[: len(data) // 4 * 4])


def _begin(message: bytes, descriptors: tuple[int, ...], setting: Setting, watch: _Watch) -> Callable[[], None] | None:
    """Begin a test; what to call in the program's process, None here.

    `descriptors`: control socket, stdin, stdout, stderr, job, and the executable if there is one.
    """
    control_fd, *others = descriptors
    calls = None
    try:
        values = json.loads(message)
        request = warden.Request(values)
        calls = CallList(descriptors[_JOB], values["place"], setting.starter)
        watched = warden.Warden(control_fd, request, calls, descriptors)
    except (OSError, ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        warden.report_fault(control_fd, error)
        os.close(control_fd)
    else:
        if watched.is_program:
            _unfreed.append((values, request, calls, watched, watch))
            return student.prepare(calls, watched, request.own_number_at, setting.standard_modules)
        watch.add(watched)
    if calls is not None:
        calls.close()
    for descriptor in others:
        os.close(descriptor)
    return None
