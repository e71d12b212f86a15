"""The process from which jails are forked: an interpreter with everything imported, which never sees a program.

A jail that begins as a copy of it need not start an interpreter, and shares the memory that nobody writes to. What it
knows is what every fresh interpreter knows: no environment of the supervisor's, no file, no descriptor but its socket.
"""

from __future__ import annotations

import _socket
import marshal
import os
import struct
import sys
from typing import TYPE_CHECKING

from . import kernel, launch

if TYPE_CHECKING:
    from collections.abc import Callable

_MESSAGE_BYTES = 1 << 16
_CMSG_BYTES = 64
_CLOSE_ON_EXEC = 0x40000000  # MSG_CMSG_CLOEXEC


def main(control: _socket.socket, message: bytes, names_at_start: frozenset[str]) -> Callable[[], None]:
    """Import what `message` says, then fork a process for every two descriptors on `control`; end with the supervisor.

    Returns only in the process of a program, as launch.main() does.
    """
    os.setsid()
    settings = marshal.loads(message)
    sys.dont_write_bytecode = True  # we may be root, and outside of every jail
    setting = launch.prepare(settings["preload"], settings["starter"], names_at_start)
    launch.become_quiet()
    control.send(b"0")
    read, config = b"", {}
    while descriptors := _receive(control):
        message = control.recv(_MESSAGE_BYTES)
        if message != read:  # it is nearly always the same; and what is read here, no jail writes to
            read, config = message, launch.read_config(message)
        answer = 0
        try:
            # A sibling, not a child: the supervisor itself waits for it, as for a process that it started.
            answer = kernel.clone(kernel.CLONE_PARENT | kernel.SIGCHLD)
        except OSError as error:
            answer = -(error.errno or 1)
        if answer == 0:
            control.close()
            os.dup2(descriptors[1], 2)
            return launch.make_jail(_socket.socket(fileno=descriptors[0]), config, names_at_start, setting)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(b"%d" % answer)
    os._exit(0)


def _receive(control: _socket.socket) -> tuple[int, ...]:
    """The socket and the error output of the next jail; nothing when the supervisor is gone."""
    _, ancillary, _, _ = control.recvmsg(1, _CMSG_BYTES, _CLOSE_ON_EXEC)
    return struct.unpack("2i", ancillary[0][2][:8]) if ancillary else ()
