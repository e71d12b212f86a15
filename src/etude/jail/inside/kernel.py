"""The few kernel calls that Python does not offer, by ctypes. Every function raises OSError with the kernel's errno."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import struct
import sys
from typing import ClassVar

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
CLONE_PARENT = 0x00008000
CLONE_VM, CLONE_FILES = 0x00000100, 0x00000400
SIGCHLD = 17

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18

PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 4, 22, 36, 38

_MNT_DETACH = 2
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_RESOLVE_NO_MAGICLINKS, _RESOLVE_NO_SYMLINKS, _RESOLVE_BENEATH = 0x02, 0x04, 0x08

MACHINE = os.uname().machine
# Only the calls made here; those that the filter names are in seccomp.py. aarch64 is unverified: its numbers are
# those of asm-generic/unistd.h, but no such machine has run this code.
_NUMBERS = {
    "x86_64": {"clone": 56, "pivot_root": 155},
    "aarch64": {"clone": 220, "pivot_root": 41},
}
# The same on every architecture.
_CLOSE_RANGE, _OPENAT2, _MOUNT_SETATTR, _LANDLOCK_CREATE_RULESET = 436, 437, 442, 444

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_PAUSE = ctypes.cast(_libc.pause, ctypes.c_void_p)
_SLEEPER_STACK = 1 << 14
_SLEEPER_FLAGS = CLONE_VM | CLONE_FILES | CLONE_NEWPID | CLONE_NEWNS | SIGCHLD
_libc.mmap.restype = ctypes.c_void_p


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def _syscall(number: int, *arguments: object) -> int:
    return int(_libc.syscall(ctypes.c_long(number), *arguments))


def raw_call(number: int, values: list[int]) -> tuple[int, int]:
    """Any system call with six arguments: its result, and the error (0 if there was none)."""
    result = _syscall(number, *map(ctypes.c_ulong, values))
    return result, ctypes.get_errno() if result < 0 else 0


def map_at(address: int, size: int, protection: int, flags: int, descriptor: int) -> None:
    """Map a file at this very address."""
    found = _libc.mmap(ctypes.c_void_p(address), ctypes.c_size_t(size), protection, flags, descriptor, ctypes.c_long(0))
    if found != address:
        raise OSError(ctypes.get_errno() or errno.EEXIST, "the address is taken", "mmap")


def unmap(address: int, size: int) -> None:
    """Take a mapping away."""
    _check(_libc.munmap(ctypes.c_void_p(address), ctypes.c_size_t(size)), "munmap")


def landlock_version() -> int:
    """Version of the Landlock interface that this kernel has switched on, 0 without."""
    null, size, ask = ctypes.c_void_p(None), ctypes.c_size_t(0), ctypes.c_uint(1)
    return max(0, _syscall(_LANDLOCK_CREATE_RULESET, null, size, ask))


def is_supported() -> bool:
    """Whether the system call numbers of this machine are known."""
    return sys.platform == "linux" and MACHINE in _NUMBERS


def unshare(flags: int) -> None:
    """Move this process (and, for pid namespaces, its future children) into new namespaces."""
    _check(_libc.unshare(flags), "unshare")


def clone(flags: int) -> int:
    """Fork with namespace flags; 0 in the child.

    A raw call: Python's and the C library's own at-fork work is *not* done in the child.
    """
    zero = ctypes.c_ulong(0)
    return _check(_syscall(_NUMBERS[MACHINE]["clone"], ctypes.c_ulong(flags), zero, zero, zero, zero), "clone")


class Sleeper:
    """A task which only sleeps, as pid 1 of a new pid namespace with mounts of its own, until it is ended.

    It shares our memory and descriptors, so nothing is copied for it; it runs on a stack of its own and executes
    nothing but the C library's pause(). When it ends the kernel kills every process of its namespace. Our next fork is
    born in its pid namespace (and no other), until the next sleeper is made.
    """

    _own_pidfd = -1
    _free_stacks: ClassVar[list[ctypes.Array[ctypes.c_char]]] = []

    def __init__(self) -> None:
        if Sleeper._own_pidfd < 0:
            Sleeper._own_pidfd = os.pidfd_open(os.getpid())
        # An earlier sleeper's namespace is left first, else clone is refused.
        _check(_libc.setns(Sleeper._own_pidfd, CLONE_NEWPID), "setns")
        stacks = Sleeper._free_stacks
        self._stack = stacks.pop() if stacks else ctypes.create_string_buffer(_SLEEPER_STACK)
        top = ctypes.c_void_p((ctypes.addressof(self._stack) + _SLEEPER_STACK) & ~15)
        self.pid = _check(_libc.clone(_PAUSE, top, _SLEEPER_FLAGS, None), "clone")
        self.pidfd = os.pidfd_open(self.pid)
        # For a moment processes of our own user (and rights: programs have none) may look into this one.
        set_dumpable(dumpable=True)
        try:
            self.mounts_fd = os.open(f"/proc/{self.pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
            _check(_libc.setns(self.pidfd, CLONE_NEWPID), "setns")
        finally:
            set_dumpable(dumpable=False)

    def open_folder(self, path: str) -> int:
        """A folder as the sleeper sees it."""
        set_dumpable(dumpable=True)
        try:
            return os.open(f"/proc/{self.pid}/root{path}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        finally:
            set_dumpable(dumpable=False)

    def follow(self, pid: int, *, may_fork: bool) -> None:
        """Nothing: whatever the program starts is in the namespace."""

    def overflows(self) -> bool:
        """Never: its folders have a size."""
        return False

    def kill(self) -> None:
        """Kill it and all processes of its namespace."""
        signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def leave(self) -> None:
        """Let it go once nothing is needed of it any more. May be called twice."""
        if self.pidfd >= 0:
            self.dismiss()  # taking mounts apart takes a while, and nobody need wait for it

    def dismiss(self) -> None:
        """Kill it and wait for nothing: end() is due when its pidfd can be read. It takes its mounts apart itself."""
        os.close(self.mounts_fd)
        self.mounts_fd = -1
        self.kill()

    def end(self) -> float:
        """Kill it and wait until its namespace is empty; CPU seconds of orphans. Does nothing the second time."""
        if self.pidfd < 0:
            return 0.0
        if self.mounts_fd >= 0:
            self.dismiss()
        _, _, used = os.wait4(self.pid, 0)
        os.close(self.pidfd)
        self.pidfd = -1
        Sleeper._free_stacks.append(self._stack)
        return used.ru_utime + used.ru_stime


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount a file system."""
    result = _libc.mount(
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    _check(result, f"mount {target}")


def protect_mount(target: str, *, recursive: bool = True) -> None:
    """Make a mount (and those below it) read-only, without devices or set-uid; before Linux 5.12 only the top one."""
    attributes = struct.pack("QQQQ", MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)  # MOUNT_ATTR_* have the same values
    flags = ctypes.c_uint(_AT_RECURSIVE if recursive else 0)
    path = os.fsencode(target)
    if _syscall(_MOUNT_SETATTR, _AT_FDCWD, path, flags, attributes, ctypes.c_size_t(len(attributes))) == 0:
        return
    kept = os.statvfs(target).f_flag & MS_NOEXEC  # a flag that the host locked may not be cleared
    mount("none", target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | kept)


def pivot_root(new_root: str, put_old: str) -> None:
    """Change the root of this mount namespace."""
    _check(_syscall(_NUMBERS[MACHINE]["pivot_root"], os.fsencode(new_root), os.fsencode(put_old)), "pivot_root")


def detach(target: str) -> None:
    """Unmount a whole tree at once (umount2 with MNT_DETACH)."""
    _check(_libc.umount2(os.fsencode(target), _MNT_DETACH), f"umount {target}")


def set_host_name(name: str) -> None:
    """Name of this machine in our own uts namespace."""
    _check(_libc.sethostname(name.encode(), ctypes.c_size_t(len(name))), "sethostname")


def set_dumpable(*, dumpable: bool) -> None:
    """Whether processes of the same user may look into this one (/proc, ptrace)."""
    _check(_libc.prctl(PR_SET_DUMPABLE, ctypes.c_ulong(dumpable), 0, 0, 0), "PR_SET_DUMPABLE")


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends (PR_SET_CHILD_SUBREAPER)."""
    _check(_libc.prctl(PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1), 0, 0, 0), "PR_SET_CHILD_SUBREAPER")


def forbid_new_privileges() -> None:
    """No execve gives more rights from here on (PR_SET_NO_NEW_PRIVS)."""
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0), "PR_SET_NO_NEW_PRIVS")


def close_from(first: int) -> None:
    """Close every descriptor from `first` on."""
    close_range(first, 0xFFFFFFFF)


def close_range(first: int, last: int) -> None:
    """Close the descriptors `first` to `last`, both included."""
    _check(_syscall(_CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(last), ctypes.c_uint(0)), "close_range")


class FilterProgram:
    """A seccomp filter (classic BPF) kept in memory, ready to be installed."""

    class _Header(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))

    def __init__(self, instructions: bytes) -> None:
        self._buffer = ctypes.create_string_buffer(instructions, len(instructions))
        self._header = self._Header(len(instructions) // 8, ctypes.addressof(self._buffer))

    def install(self) -> None:
        """Bind this process and its children to the filter, for ever."""
        mode = ctypes.c_ulong(2)
        _check(_libc.prctl(PR_SET_SECCOMP, mode, ctypes.byref(self._header), 0, 0), "PR_SET_SECCOMP")


def open_beneath(directory_fd: int, name: str) -> int:
    """Open a file below a directory for reading, following no symbolic link and never waiting for a FIFO's other end.

    Raises OSError: ENOENT, ELOOP (a link on the way), EXDEV (the name climbs out), ENXIO (a socket)…
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
    resolve = _RESOLVE_BENEATH | _RESOLVE_NO_SYMLINKS | _RESOLVE_NO_MAGICLINKS
    how = struct.pack("QQQ", flags, 0, resolve)
    return _check(_syscall(_OPENAT2, directory_fd, os.fsencode(name), how, ctypes.c_size_t(len(how))), "openat2")
