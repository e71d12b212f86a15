"""The warm process of a jail. It never reads a program: it forks one child per test, and watches them all."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import TYPE_CHECKING

from . import student, warden
from .calls import CallList

if TYPE_CHECKING:
    import _socket
    from collections.abc import Callable

    from .calls import Starter

_JOB = 4  # among the descriptors of a test
_MESSAGE_BYTES = 1 << 16
_CMSG_BYTES = 64
_CLOSE_ON_EXEC = 0x40000000  # MSG_CMSG_CLOEXEC


class Setting:
    """What is the same for all tests of a jail.

    `standard_modules`: those that an answer may replace by its own; `starter`: starter.c, where a compiler is there.
    """

    def __init__(self, standard_modules: frozenset[str], starter: Starter | None) -> None:
        self.standard_modules = standard_modules
        self.starter = starter


def serve(control: _socket.socket, setting: Setting) -> Callable[[], None]:
    """Fork a test for every message on `control`; when the supervisor is gone, end, and with us all tests.

    Returns only in the process of a program: what it must call.
    """
    supervisor = control.fileno()
    wardens: dict[int, warden.Warden] = {}
    poller = select.poll()
    poller.register(supervisor, select.POLLIN)
    while True:
        noticed: list[warden.Warden] = []
        for descriptor, _ in poller.poll(_pause_ms(wardens)):
            if descriptor == supervisor:
                message, descriptors = _receive(control)
                run = _begin(message, descriptors, setting, wardens)
                if run is not None:
                    return run
                for opened in wardens:
                    poller.register(opened, select.POLLIN)
            else:
                noticed.append(wardens[descriptor])
                wardens[descriptor].notice(descriptor)
                poller.unregister(descriptor)  # each has one thing to say, and would go on saying it
                del wardens[descriptor]
        for ended in {one for one in (*wardens.values(), *noticed) if one.is_over()}:
            for silent in [opened for opened, one in wardens.items() if one is ended]:
                poller.unregister(silent)
                del wardens[silent]
            ended.finish()


def _pause_ms(wardens: dict[int, warden.Warden]) -> float | None:
    if not wardens:
        return None
    return max(0.0, min(one.wake_at for one in wardens.values()) - time.monotonic()) * 1000 + 1


def _receive(control: _socket.socket) -> tuple[bytes, tuple[int, ...]]:
    message, ancillary, _, _ = control.recvmsg(_MESSAGE_BYTES, _CMSG_BYTES, _CLOSE_ON_EXEC)
    if not message or not ancillary:  # the supervisor is gone, or not itself any more
        os._exit(0)
    data = ancillary[0][2]
    return message, struct.unpack(f"{len(data) // 4}i", data[: len(data) // 4 * 4])


def _begin(
    message: bytes, descriptors: tuple[int, ...], setting: Setting, wardens: dict[int, warden.Warden]
) -> Callable[[], None] | None:
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
            return student.prepare(calls, watched.handed(), watched.status_fd, setting)
        wardens.update(dict.fromkeys(watched.descriptors(), watched))
    if calls is not None:
        calls.close()
    for descriptor in others:
        os.close(descriptor)
    return None
