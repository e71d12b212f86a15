"""The two system call filters: one for the whole jail, a second and stricter one for the program itself.

They are deny lists proven by the attack suite. The first is installed once per jail and inherited by every test,
because installing costs more the longer a filter is; the second holds only what the jail itself needs for setting up a
test. Numbers of system calls: x86_64 and aarch64 (the latter unverified: from asm-generic/unistd.h, never run).
"""

from __future__ import annotations

import errno
import struct

from . import kernel

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENT_0, _ARGUMENT_1 = 0, 4, 16, 24  # offsets in struct seccomp_data, little-endian
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_ERRNO = 0x00050000
_X32_BIT = 0x40000000
_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW… flag of clone(2)
_CLONE_THREAD = 0x00010000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # typing into, pasting into a terminal
_NEWEST_KNOWN = 462  # mseal, Linux 6.10; what came later does not exist for programs

# name: (x86_64, aarch64); None where the architecture has no such call.
_NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "ioctl": (16, 29),
    "socket": (41, 198),
    "clone": (56, 220),
    "fork": (57, None),
    "vfork": (58, None),
    "mount": (165, 40),
    "umount2": (166, 39),
    "prlimit64": (302, 261),
    "setns": (308, 268),
    "clone3": (435, 435),
    "memfd_create": (319, 279),
    "seccomp": (317, 277),
}
_DENIED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "unshare": (272, 97),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "lookup_dcookie": (212, 18),
    "vmsplice": (278, 75),
    "socket": (41, 198),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "memfd_secret": (447, 447),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "set_mempolicy_home_node": (450, 450),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "create_module": (174, None),
    "query_module": (178, None),
    "get_kernel_syms": (177, None),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "vhangup": (153, 58),
    "personality": (135, 92),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "nfsservctl": (180, 42),
    "uselib": (134, None),
    "ustat": (136, None),
    "sysfs": (139, None),
    "_sysctl": (156, None),
}


def _number(name: str) -> int | None:
    pair = _NUMBERS.get(name) or _DENIED[name]
    return pair[kernel.MACHINE == "aarch64"]


def _instruction(code: int, operand: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, operand)


def _answer(error: int) -> bytes:
    return _instruction(_RETURN, _ERRNO | error)


def _refuse(name: str, error: int = errno.EPERM) -> bytes:
    """The call `name` fails with `error`; nothing where this architecture lacks it."""
    number = _number(name)
    if number is None:
        return b""
    return _instruction(_JUMP_EQUAL, number, if_false=1) + _answer(error)


def _when(name: str, argument: int, test: bytes, error: int = errno.EPERM) -> bytes:
    """The call `name` fails with `error` unless `test`, of its loaded `argument`, jumps over one instruction."""
    number = _number(name)
    assert number is not None
    body = _instruction(_LOAD, argument) + test + _answer(error) + _instruction(_LOAD, _NUMBER)
    return _instruction(_JUMP_EQUAL, number, if_false=len(body) // 8) + body


def _jail_instructions() -> bytes:
    """Foreign call tables kill; calls that no test and no warden needs are refused; unknown ones do not exist."""
    parts = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_JUMP_EQUAL, _AUDIT_ARCHITECTURE[kernel.MACHINE], if_true=1),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER),
        _instruction(_JUMP_AT_LEAST, _X32_BIT, if_false=1),
        _instruction(_RETURN, _KILL),
        _instruction(_JUMP_AT_LEAST, _NEWEST_KNOWN + 1, if_false=1),
        _answer(errno.ENOSYS),
        _refuse("clone3", errno.ENOSYS),  # its flags are behind a pointer; the C library falls back to clone
        *(_refuse(name) for name in _DENIED),
        _instruction(_RETURN, _ALLOW),
    ]
    return b"".join(parts)


def _program_instructions(*, may_fork: bool) -> bytes:
    """On top, for the program: no mounts, no namespaces, nobody else's limits, perhaps no processes."""
    self_only = _instruction(_JUMP_EQUAL, 0, if_true=1)
    no_namespace = _instruction(_JUMP_ANY_BIT, _NEW_NAMESPACES, if_false=1)
    thread_only = _instruction(_JUMP_ANY_BIT, _CLONE_THREAD, if_true=1)
    parts = [
        _instruction(_LOAD, _NUMBER),
        _refuse("mount"),
        _refuse("umount2"),
        _refuse("setns"),
        _refuse("seccomp"),
        _refuse("memfd_create"),  # memory that no limit counts
        _when("clone", _ARGUMENT_0, no_namespace),
        _when("prlimit64", _ARGUMENT_0, self_only),
        _when("ioctl", _ARGUMENT_1, _instruction(_JUMP_EQUAL, _TIOCSTI, if_false=1)),
        _when("ioctl", _ARGUMENT_1, _instruction(_JUMP_EQUAL, _TIOCLINUX, if_false=1)),
    ]
    if not may_fork:
        parts += [_refuse("fork"), _refuse("vfork"), _when("clone", _ARGUMENT_0, thread_only)]
    parts.append(_instruction(_RETURN, _ALLOW))
    return b"".join(parts)


def jail_filter() -> kernel.FilterProgram:
    """The filter that everything in the jail lives under."""
    return kernel.FilterProgram(_jail_instructions())


def program_filter(*, may_fork: bool) -> kernel.FilterProgram:
    """The second filter, of the program alone."""
    return kernel.FilterProgram(_program_instructions(may_fork=may_fork))
