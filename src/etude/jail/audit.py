"""Audit mode: which system calls a program was refused, said by name, with nothing else changed for it.

The kernel asks whoever holds the filter's listener (SECCOMP_RET_USER_NOTIF, Linux 5.0) and waits; we note the call and
refuse it, as the filter would have done by itself. The listener comes over the test's control socket.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
from contextlib import suppress

from .call_writer import CallWriter, descriptor, register
from .seccomp import AUDIT_SOCKET_FD
from .system_calls import name_of

if sys.platform == "linux":
    from fcntl import ioctl

_SET_MODE_FILTER, _NEW_LISTENER = 1, 8
_RECEIVE, _SEND = 0xC0502100, 0xC0182101  # SECCOMP_IOCTL_NOTIF_RECV, _SEND
_NOTICE = struct.Struct("=QIIiIQ6Q")
_ANSWER = struct.Struct("=QqiI")
_CONTROL = 0  # of the test's descriptors (see recipe.py)
LISTENER_FD = 1001  # in the test's process, until it becomes the program
MARK = b"L"


def refuse_aloud(writer: CallWriter, header: int) -> None:
    """Install a filter (its address) that was made for audit with a listener, and send that to the supervisor."""
    rights = struct.pack("<QiiI4x", 20, socket.SOL_SOCKET, socket.SCM_RIGHTS, LISTENER_FD)  # struct cmsghdr, one number
    vector = writer.put(struct.pack("<QQ", writer.put(MARK), len(MARK)))
    message = writer.put(struct.pack("<QI4xQQQQi4x", 0, 0, vector, 1, writer.put(rights), 24, 0))  # struct msghdr
    writer.call("dup3", descriptor(_CONTROL), AUDIT_SOCKET_FD, os.O_CLOEXEC)
    writer.call("seccomp", _SET_MODE_FILTER, _NEW_LISTENER, header, keep=2)
    writer.call("dup3", register(2), LISTENER_FD, os.O_CLOEXEC)
    writer.call("sendmsg", AUDIT_SOCKET_FD, message, 0)
    for number in (LISTENER_FD, AUDIT_SOCKET_FD, register(2)):
        writer.call("close", number)


class Listener:
    """The other end of an audited program's filter. `names`: the calls it was refused."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.names: set[str] = set()

    def answer(self) -> None:
        """Note the call that waits, and refuse it."""
        notice = bytearray(_NOTICE.size)
        with suppress(FileNotFoundError):  # the program was killed meanwhile
            ioctl(self.number, _RECEIVE, notice)
            identity, _pid, _flags, number, *_ = _NOTICE.unpack(notice)
            self.names.add(name_of(number))
            ioctl(self.number, _SEND, _ANSWER.pack(identity, 0, -errno.EPERM, 0))

    def close(self) -> None:
        """Let the kernel answer by itself (ENOSYS)."""
        os.close(self.number)


def receive(control: socket.socket, timeout_s: float) -> tuple[Listener | None, bytes]:
    """The listener of the test that begins; or, if the set-up failed, none and the first bytes of the report.

    Raises TimeoutError if neither comes.
    """
    control.settimeout(timeout_s)
    data, numbers, _, _ = socket.recv_fds(control, 1, 1)
    control.settimeout(None)
    return (Listener(numbers[0]), b"") if numbers else (None, data)
