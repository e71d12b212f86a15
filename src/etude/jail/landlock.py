"""Landlock, the second wall behind the mounts, the filters and the namespaces, where the kernel has it (5.13).

A program may read everything that the jail shows, write in /box, /tmp and the few devices, make no device there, bind
and connect to no port (version 4 of the interface), and from version 6 reach no process outside of the test by a signal
or an abstract socket, whatever becomes of the other walls. Without namespaces (see reduced.py) it is the first wall.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

from .call_writer import CallWriter, register

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_CHAR, _MAKE_DIR = 1 << 4, 1 << 5, 1 << 6, 1 << 7
_MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM = 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_SINCE = {1: (1 << 13) - 1, 2: _REFER, 3: _TRUNCATE, 5: _IOCTL_DEV}
_NET_SINCE, _NET = 4, 0b11  # bind and connect by TCP
_SCOPE_SINCE, _SCOPE = 6, 0b11  # abstract sockets, signals
_RULE_FD = 1000  # any number that is free in the test's process: a rule holds it in memory, not as an argument
_PATH_BENEATH = 1
_AT_FDCWD = -100
_O_PATH = 0o10000000


READ_FILES = _READ
"""To read, list and execute."""
WRITE_DEVICE = _READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEV
SCRATCH = (1 << 15) - 1 & ~(_MAKE_CHAR | _MAKE_BLOCK)
"""Everything but to make devices and to speak to them."""
ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
"""What a rule on anything but a folder may hold."""
TREE: Mapping[str, int] = {"/": _READ, "/dev": _READ | WRITE_DEVICE, "/box": SCRATCH, "/tmp": SCRATCH}
"""The rules of a jail that has a file tree of its own."""


def handled_files(version: int) -> int:
    """Everything that the kernel's version of Landlock can forbid to do with files."""
    return sum(rights for since, rights in _SINCE.items() if version >= since)


def restrict(writer: CallWriter, version: int, rules: Mapping[str, int] = TREE) -> None:
    """Add the calls that bind the test's process, if the kernel knows them. `rules`: path → what is allowed there."""
    if version < 1:
        return
    handled = handled_files(version)
    net, scope = (_NET if version >= _NET_SINCE else 0), (_SCOPE if version >= _SCOPE_SINCE else 0)
    size = 24 if version >= _SCOPE_SINCE else 16 if version >= _NET_SINCE else 8
    attributes = writer.put(struct.pack("<QQQ", handled, net, scope)[:size])
    writer.call("landlock_create_ruleset", attributes, size, 0, keep=1)
    for path, rights in rules.items():
        _allow(writer, path, rights & handled)
    writer.call("landlock_restrict_self", register(1), 0)
    writer.call("close", register(1))
    writer.call("close", _RULE_FD)


def _allow(writer: CallWriter, path: str, rights: int) -> None:
    writer.call("openat", _AT_FDCWD, writer.text(path), _O_PATH | os.O_CLOEXEC, 0, keep=0)
    writer.call("dup3", register(0), _RULE_FD, os.O_CLOEXEC)
    writer.call("close", register(0))
    writer.call("landlock_add_rule", register(1), _PATH_BENEATH, writer.put(struct.pack("<Qi", rights, _RULE_FD)), 0)
