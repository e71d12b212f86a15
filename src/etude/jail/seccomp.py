"""The two system call filters: one for the whole jail, a second and stricter one for the program itself.

Both are allow lists (profiles.py), made into a binary search over the calls' numbers: the kernel runs a filter once for
every call there is when it is installed, which every test pays for. The first is installed once per jail.
"""

from __future__ import annotations

import errno
import functools
import struct

from . import profiles
from .inside.kernel import MACHINE
from .system_calls import table

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_ALLOW, _KILL, _NOTIFY, _ERRNO = 0x7FFF0000, 0x80000000, 0x7FC00000, 0x00050000
_X32_BIT = 0x40000000
_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW… flag of clone(2)
_CLONE_THREAD = 0x00010000
_TERMINAL = (0x5412, 0x541C, 0x5423)  # TIOCSTI types into it, TIOCLINUX pastes, TIOCSETD loads a line discipline
_PR_SET_SECCOMP = 22
_SOCKET_MEMORY = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF, …FORCE: the kernel's memory, which no limit counts
_MAX_JUMP = 255
_OWN_NUMBER = 0x7E7E7E7E  # stands for the program's process number until that is known
# Without a mount and a pid namespace the files and processes of our own user are near: nothing by which they could be
# changed that Landlock knows nothing of, and no way out of the session by which what is left is found.
_NOT_OUTSIDE = """
chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat truncate
tkill pidfd_send_signal setsid
"""
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX = 8, 10, 15  # whom the kernel sends which signal
_PR_SET_PDEATHSIG = 1
# TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX; not FIOSETOWN, nor those that change a file's flags.
_HARMLESS_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
AUDIT_SOCKET_FD = 1002  # in the test's process, until it becomes the program


def _instruction(code: int, operand: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, operand)


_ALLOWED = _instruction(_RETURN, _ALLOW)


def _argument(number: int) -> bytes:
    """Load the lower half of an argument: the kernel itself looks at no more of those that are tested here."""
    return _instruction(_LOAD, 16 + 8 * number)


def _checked(*, may_fork: bool, refused: bytes) -> dict[str, bytes]:
    """Calls that are allowed for some values of their arguments only."""
    equal = functools.partial(_instruction, _JUMP_EQUAL, if_false=1)
    no_namespace = _instruction(_JUMP_ANY_BIT, _NEW_NAMESPACES, if_false=1) + refused
    thread_only = b"" if may_fork else _instruction(_JUMP_ANY_BIT, _CLONE_THREAD, if_true=1) + refused
    return {
        "clone": _argument(0) + no_namespace + thread_only + _ALLOWED,
        "prlimit64": _argument(0) + equal(0) + _ALLOWED + refused,  # its own limits only
        "ioctl": _argument(1) + b"".join(equal(command) + refused for command in _TERMINAL) + _ALLOWED,
        "setsockopt": _argument(2) + b"".join(equal(option) + refused for option in _SOCKET_MEMORY) + _ALLOWED,
        "prctl": _argument(0) + equal(_PR_SET_SECCOMP) + refused + _ALLOWED,
    }


def _checked_outside(refused: bytes) -> dict[str, bytes]:
    """Calls that, without namespaces, are allowed for the program's own process only, or not for all purposes."""
    equal = functools.partial(_instruction, _JUMP_EQUAL, if_false=1)
    own = _argument(0) + equal(_OWN_NUMBER) + _ALLOWED + equal(0) + _ALLOWED + refused
    itself = _argument(0) + equal(0) + _ALLOWED + refused
    ordinary = _argument(0) + equal(0) + _ALLOWED + _argument(1) + equal(0) + _ALLOWED + refused  # mono's threads
    of_processes = _instruction(_JUMP_EQUAL, 0, if_true=1) + refused
    own_priority = _argument(0) + of_processes + _argument(1) + equal(0) + _ALLOWED + refused
    owners = b"".join(equal(command) + refused for command in (_F_SETOWN, _F_SETSIG, _F_SETOWN_EX))
    options = b"".join(equal(option) + refused for option in (_PR_SET_SECCOMP, _PR_SET_PDEATHSIG))
    calls = ("sched_setaffinity", "sched_setparam", "sched_setattr")
    return {
        **dict.fromkeys(("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"), own),
        **dict.fromkeys(calls, itself),
        "sched_setscheduler": ordinary,
        "setpriority": own_priority,
        "fcntl": _argument(1) + owners + _ALLOWED,
        "ioctl": _argument(1) + b"".join(equal(one) + _ALLOWED for one in _HARMLESS_IOCTLS) + refused,
        "prctl": _argument(0) + options + _ALLOWED,
    }


def own_number_at(instructions: bytes) -> list[int]:
    """Where in a filter the program's process number is to be written; offsets in bytes."""
    step = len(_ALLOWED)
    found = enumerate(struct.iter_unpack("HBBI", instructions))
    return [at * step + 4 for at, (code, _, _, operand) in found if code == _JUMP_EQUAL and operand == _OWN_NUMBER]


def _filter(names: frozenset[str], checked: dict[str, bytes], refused: bytes, machine: str) -> bytes:
    numbers = table(machine)
    leaves = [refused] * (max(numbers.values()) + 1)
    for name in names & numbers.keys():
        leaves[numbers[name]] = checked.get(name, _ALLOWED)
    unknown = _instruction(_RETURN, _ERRNO | errno.ENOSYS)
    leaves[numbers["clone3"]] = unknown  # its flags are behind a pointer; the C library falls back to clone
    steps = [(0, leaves[0])]
    for number, leaf in enumerate([*leaves, unknown]):
        if leaf != steps[-1][1]:
            steps.append((number, leaf))
    head = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_JUMP_EQUAL, _AUDIT_ARCHITECTURE[machine], if_true=1),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER),
        _instruction(_JUMP_AT_LEAST, _X32_BIT, if_false=1),
        _instruction(_RETURN, _KILL),
    ]
    return b"".join(head) + _search(steps)


def _search(steps: list[tuple[int, bytes]]) -> bytes:
    """What to do for the loaded number: the last of `steps` (first number, instructions) that begins at or below it."""
    if len(steps) == 1:
        return steps[0][1]
    middle = len(steps) // 2
    below, above = _search(steps[:middle]), _search(steps[middle:])
    assert len(below) // 8 <= _MAX_JUMP
    return _instruction(_JUMP_AT_LEAST, steps[middle][0], if_true=len(below) // 8) + below + above


@functools.cache
def jail_filter(machine: str = MACHINE, *, audit: bool = False) -> bytes:
    """The filter that everything in a jail lives under, the jail's own processes included.

    `audit`: refuse nothing but foreign call tables and calls that nobody knows, so that the program's own filter tells.
    """
    names = frozenset(table(machine)) if audit else profiles.allowed_in_jail()
    return _filter(names, {}, _instruction(_RETURN, _ERRNO | errno.EPERM), machine)


@functools.cache
def program_filter(
    profile: str, *, may_fork: bool, audit: bool = False, outside: bool = False, machine: str = MACHINE
) -> bytes:
    """The filter of a program of this family. Raises KeyError for an unknown one.

    `outside`: for the reduced tier (see own_number_at, which it needs).

    `audit`: what is refused is first told to whoever holds the filter's listener, who then refuses it; the listener
    itself is sent over AUDIT_SOCKET_FD.
    """
    refused = _instruction(_RETURN, _NOTIFY if audit else _ERRNO | errno.EPERM)
    names = profiles.allowed(profile, may_fork=may_fork)
    checked = _checked(may_fork=may_fork, refused=refused)
    if outside:
        names -= frozenset(_NOT_OUTSIDE.split())
        checked |= _checked_outside(refused)
    if audit and "sendmsg" not in names:
        names |= {"sendmsg"}
        checked["sendmsg"] = _argument(0) + _instruction(_JUMP_EQUAL, AUDIT_SOCKET_FD, if_false=1) + _ALLOWED + refused
    return _filter(names, checked, refused, machine)
