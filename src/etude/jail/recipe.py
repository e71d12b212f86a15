"""What is done in a test's process before it becomes the program: a list of system calls, written down once.

The zygote makes them (inside/calls.py) without understanding them. The list stands in a sealed memory file, with the
files, arguments and filters that it points to, and serves every test of the same program with the same limits.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import struct
import termios
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from . import audit, landlock, reduced, seccomp
from .call_writer import CallWriter, Recipe, descriptor, register
from .inside import calls
from .inside.kernel import MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY
from .records import ExecProgram, Limits, PythonProgram
from .view import base_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reduced import Slot

    Program = PythonProgram | ExecProgram

# The descriptors that the zygote hands to the calls, in this order; the executable comes last if there is one.
CONTROL, STDIN, STDOUT, STDERR, JOB, MOUNTS, STATUS, EXECUTABLE = range(8)
INNER_ID = 1000
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/box",
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",  # else each thread reserves 64 MiB of the address space that is limited
}

TERMINAL_TYPE = "xterm-256color"
_PAGE = 4096
_SCRATCH_STEP = 1 << 16
_MAX_INODES = 4096
_DEFAULT_STACK = 8 << 20
_LOADER_BYTES = 16 << 20  # address space of a program's own text and libraries, which nobody means by "memory"
_WAITING_SIGNALS = 1024
_UNLIMITED = (1 << 64) - 1
_CLONE_NEWNS = 0x00020000
_AT_FDCWD = -100
_AT_EMPTY_PATH = 0x1000
_CLOSE_RANGE_CLOEXEC = 4
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 4, 22, 2
_CAPABILITY_VERSION_3 = 0x20080522


class Talk(Enum):
    """How a program is spoken with."""

    BATCH = "input given at once, output read at the end"
    PIPES = "its streams are read and written while it runs"
    TERMINAL = "its streams are a terminal, which is its controlling one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the zygote says of itself when it is ready, on which every test stands.

    `drop_uid`: whose rights a program must take itself (None: the zygote already did); `own_processes`: how many of the
    jail's own the kernel counts with the programs' processes; `address_space`: the zygote's, in bytes; `landlock`: the
    kernel's version of it, 0 without. `audit`: whether refused calls are reported. `readable`: what of the host a
    program may read besides the system's, in the reduced tier.
    """

    drop_uid: int | None
    own_processes: int
    address_space: int
    landlock: int
    audit: bool = False
    readable: tuple[str, ...] = ()


@dataclass(slots=True)
class RecipeBook:
    """Writes recipes for one zygote and keeps the last one while it is asked for again.

    The tests of one answer differ in their input alone, which is no part of the recipe.
    """

    ground: Ground
    _key: tuple[object, ...] = ()
    _recipe: Recipe | None = field(default=None)

    def recipe(self, program: Program, limits: Limits, processes: int, slot: Slot | None, talk: Talk) -> Recipe:
        """The recipe for `program`. `processes`: what RLIMIT_NPROC allows to all programs of the jail together; `slot`:
        where it works in the reduced tier.
        """
        key = (program, limits, processes, slot and slot.path, talk)
        if self._recipe is None or key != self._key:
            self.close()
            self._recipe = _write(program, limits, processes, self.ground, slot, talk=talk)
            self._key = key
        return self._recipe

    def close(self) -> None:
        """Forget the recipe. May be called twice."""
        if self._recipe is not None:
            os.close(self._recipe.descriptor)
        self._recipe = None


def _write(
    program: Program, limits: Limits, processes: int, ground: Ground, slot: Slot | None, *, talk: Talk
) -> Recipe:
    writer = CallWriter()
    if slot is None:
        _mount(writer, program, limits, ground.drop_uid)
    else:
        writer.call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL)  # with the zygote, which nothing else would end it with
    if ground.drop_uid is not None:
        _drop_to(writer, ground.drop_uid)
    for number, source in enumerate((STDIN, STDOUT, STDERR)):
        writer.call("dup3", descriptor(source), number, 0)
    writer.call("setsid")
    if talk is Talk.TERMINAL:
        writer.call("ioctl", 0, termios.TIOCSCTTY, 0)  # whose Ctrl-C is meant for this session and no other
    writer.call("chdir", writer.text(slot.box if slot else "/box"))
    _write_files(writer, program.files)
    landlock.restrict(writer, ground.landlock, reduced.rules(ground.readable, slot) if slot else landlock.TREE)
    writer.call("capset", writer.put(struct.pack("<Ii", _CAPABILITY_VERSION_3, 0)), writer.put(bytes(24)))
    _refuse(writer, program.profile, ground, may_fork=limits.may_fork, outside=slot is not None)
    is_python = isinstance(program, PythonProgram)
    memory = limits.memory_bytes + (ground.address_space if is_python else _LOADER_BYTES)
    _limit(writer, limits, memory, processes + ground.own_processes)
    if isinstance(program, PythonProgram):
        writer.call("prctl", _PR_SET_DUMPABLE, 1)
        return writer.finish(_words(program, slot, talk))
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # which our own interpreter ignores, and execve would hand on
        writer.call("rt_sigaction", number, writer.put(bytes(32)), 0, 8)
    _execute(writer, program, slot, talk)
    return writer.finish({})


def bytes_of_files(program: Program) -> int:
    """What the files handed in take in a file system, at most."""
    files = sum(-(-len(content) // _PAGE) + 2 for content in program.files.values()) * _PAGE
    return -(-files // _SCRATCH_STEP) * _SCRATCH_STEP


def cold(program: PythonProgram, hash_seed: int) -> ExecProgram:
    """The same program in an interpreter of its own."""
    return ExecProgram(
        argv=(base_python(), "-s", "-B", program.source_name, *program.argv),
        files=program.files,
        environment={"PYTHONHASHSEED": str(hash_seed), "PYTHONIOENCODING": "utf-8:strict"},
        profile=program.profile,
    )


def _mount(writer: CallWriter, program: Program, limits: Limits, drop_uid: int | None) -> None:
    """Empty /box and /tmp of their own size, and /proc of the test's own pid namespace."""
    writer.call("setns", descriptor(MOUNTS), _CLONE_NEWNS)
    owner = INNER_ID if drop_uid is None else drop_uid
    files = bytes_of_files(program)
    flags = MS_NOSUID | MS_NODEV
    kind, source = writer.text("tmpfs"), writer.text("scratch")
    for path, size in (("/box", limits.scratch_bytes + files), ("/tmp", limits.scratch_bytes)):
        inodes = _MAX_INODES + 2 * len(program.files)
        options = writer.text(f"size={size},nr_inodes={inodes},mode=755,uid={owner},gid={owner}")
        writer.call("mount", source, writer.text(path), kind, flags, options)
    kind, flags = writer.text("proc"), flags | MS_NOEXEC | MS_RDONLY
    writer.call("mount", kind, writer.text("/proc"), kind, flags, writer.text("hidepid=2"))


def _drop_to(writer: CallWriter, uid: int) -> None:
    writer.call("setgroups", 0, 0)
    writer.call("setresgid", uid, uid, uid)
    writer.call("setresuid", uid, uid, uid)


def _write_files(writer: CallWriter, files: Mapping[str, bytes]) -> None:
    made: set[str] = set()
    for name, content in files.items():
        parts = name.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            if folder not in made:
                writer.call("mkdirat", _AT_FDCWD, writer.text(folder), 0o755)
                made.add(folder)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        writer.call("openat", _AT_FDCWD, writer.text(name), flags, 0o644, keep=0)
        if content:
            writer.call("write", register(0), writer.put(content), len(content), flags=calls.WHOLE)
        writer.call("close", register(0))


def _limit(writer: CallWriter, limits: Limits, memory: int, processes: int) -> None:
    """The kernel's own limits. CPU time is judged by the warden; here is only the stop far behind it.

    The kernel counts for that stop by its ticks, and a tick counts whole for whoever runs when it comes: beside others
    that sleep just then, a program was killed at 84 % of the seconds it was allowed.
    """
    values = {
        resource.RLIMIT_AS: memory if limits.address_space else _UNLIMITED,
        resource.RLIMIT_DATA: _UNLIMITED if limits.address_space else memory,
        resource.RLIMIT_CPU: 2 * math.ceil(limits.cpu_time_s) + 1,
        resource.RLIMIT_FSIZE: limits.scratch_bytes,
        resource.RLIMIT_STACK: limits.stack_bytes or _DEFAULT_STACK,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: _WAITING_SIGNALS,
        resource.RLIMIT_RTPRIO: 0,
    }
    _, most = resource.getrlimit(resource.RLIMIT_NPROC)
    if most != resource.RLIM_INFINITY:  # no process may raise it again
        values[resource.RLIMIT_NPROC] = min(processes, most)
    for kind, value in values.items():
        writer.call("prlimit64", 0, kind, writer.put(struct.pack("<QQ", value, value)), 0)


def _refuse(writer: CallWriter, profile: str, ground: Ground, *, may_fork: bool, outside: bool) -> None:
    """From here on only the calls of the program's family are allowed, for ever."""
    instructions = seccomp.program_filter(profile, may_fork=may_fork, audit=ground.audit, outside=outside)
    header = writer.filter(instructions)
    if ground.audit:
        audit.refuse_aloud(writer, header)
        return
    writer.call("prctl", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header)


def _execute(writer: CallWriter, program: ExecProgram, slot: Slot | None, talk: Talk) -> None:
    argv = list(program.argv) if program.executable is None else ["./program", *program.argv[1:]]
    terminal = {"TERM": TERMINAL_TYPE} if talk is Talk.TERMINAL else {}
    environment = {**ENVIRONMENT, **terminal, **program.environment}
    if slot is not None:
        argv = [slot.translated(value) for value in argv]
        environment = {name: slot.translated(value) for name, value in {"TMPDIR": "/tmp", **environment}.items()}
    arguments = writer.array([os.fsencode(value) for value in argv])
    variables = writer.array([os.fsencode(f"{name}={value}") for name, value in environment.items()])
    writer.call("close_range", 3, 0xFFFFFFFF, _CLOSE_RANGE_CLOEXEC, flags=calls.OPTIONAL)  # all are so already
    # The set-up is over: 0 KiB of its memory count as the program's. Nobody asks where starter.c runs this.
    writer.call("write", descriptor(STATUS), writer.text("0"), 1, flags=calls.OPTIONAL)
    if program.executable is None:
        writer.call("execve", writer.text(argv[0]), arguments, variables)
    else:
        writer.call("execveat", descriptor(EXECUTABLE), writer.text(""), arguments, variables, _AT_EMPTY_PATH)


def _words(program: PythonProgram, slot: Slot | None, talk: Talk) -> dict[str, object]:
    return {
        "folder": slot.box if slot else "/box",
        "environment": {"HOME": slot.box, "TMPDIR": slot.temporary} if slot else {},
        "source_name": program.source_name,
        "source": program.files[program.source_name],
        "argv": program.argv,
        "files": tuple(program.files),
        "live": talk is not Talk.BATCH,
        "terminal": TERMINAL_TYPE if talk is Talk.TERMINAL else "",
    }
