"""The process of a program: its streams, files, limits and filters; then it becomes the program."""

# os.path, not pathlib: whatever the zygote imports, every fork carries.
# Blind catches: nothing may unwind into the zygote's frames, and every failure must be reported.
# ruff: noqa: BLE001, PTH103, PTH120, PTH123

from __future__ import annotations

import marshal
import math
import os
import resource
from typing import TYPE_CHECKING, Any

from . import kernel, python_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from .zygote import Setting

_PAGE = 4096
_MAX_INODES = 4096
_DEFAULT_STACK = 8 << 20
_LOADER_BYTES = 16 << 20  # address space of a program's own text and libraries, which nobody means by "memory"
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "MALLOC_ARENA_MAX")
_UNLIMITED = resource.RLIM_INFINITY


def prepare(descriptors: tuple[int, ...], mounts_fd: int, status_fd: int, setting: Setting) -> Callable[[], None]:
    """Lock this process down; returns what runs the Python program, or replaces the process by another program.

    `descriptors`: control socket, stdin, stdout, stderr, job (a memory file), and the executable if there is one.

    Whatever fails is written to `status_fd` after a "!", and the process ends.
    """
    try:
        kernel.enter_mount_namespace(mounts_fd)
        job = marshal.loads(os.pread(descriptors[4], os.fstat(descriptors[4]).st_size, 0))  # from our own supervisor
        _make_scratch(job, setting.drop_uid)
        for number in range(3):
            os.dup2(descriptors[number + 1], number)
        os.setsid()
        os.chdir("/box")
        _write_files(job["files"])
        _limit(job, setting.own_processes)
        kernel.drop_capabilities()
        kernel.set_dumpable(dumpable=True)
        setting.filters[job["may_fork"]].install()
        if job["kind"] == "exec":
            _execute(job, descriptors, status_fd)
        run = python_program.prepare(job, setting.standard_modules)
        _say_ready(status_fd)
        kernel.close_from(3)
        return run
    except BaseException as error:
        os.write(status_fd, f"!{type(error).__name__}: {error}".encode())
    os._exit(125)


def _make_scratch(job: dict[str, Any], drop_uid: int | None) -> None:
    """Empty /box and /tmp of their own size, /proc of this pid namespace; then the program's user, for good."""
    owner = os.geteuid() if drop_uid is None else drop_uid
    files = sum(-(-len(content) // _PAGE) + 2 for content in job["files"].values()) * _PAGE
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    for path, size in (("/box", job["scratch_bytes"] + files), ("/tmp", job["scratch_bytes"])):
        options = f"size={size},nr_inodes={_MAX_INODES + 2 * len(job['files'])},mode=755,uid={owner},gid={owner}"
        kernel.mount("scratch", path, "tmpfs", flags, options)
    kernel.mount("proc", "/proc", "proc", flags | kernel.MS_NOEXEC | kernel.MS_RDONLY, "hidepid=2")
    if drop_uid is not None:
        os.setgroups([])
        os.setresgid(owner, owner, owner)
        os.setresuid(owner, owner, owner)


def _write_files(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        folder = os.path.dirname(name)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(name, "wb") as file:
            file.write(content)


def _limit(job: dict[str, Any], own_processes: int) -> None:
    """The kernel's own limits. CPU time is judged by the warden; here is only the stop behind it, in whole seconds."""
    memory = job["memory_bytes"] + (_own_address_space() if job["kind"] == "python" else _LOADER_BYTES)
    by_address = job["address_space"]
    cpu = math.ceil(job["cpu_time_s"]) + 1
    limits = {
        resource.RLIMIT_AS: memory if by_address else _UNLIMITED,
        resource.RLIMIT_DATA: _UNLIMITED if by_address else memory,
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_FSIZE: job["scratch_bytes"],
        resource.RLIMIT_STACK: job["stack_bytes"] or _DEFAULT_STACK,
        resource.RLIMIT_NOFILE: job["open_files"],
        resource.RLIMIT_NPROC: job["processes"] + own_processes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def _own_address_space() -> int:
    with open("/proc/self/statm", "rb", buffering=0) as file:
        return int(file.read(64).split()[0]) * resource.getpagesize()


def _say_ready(status_fd: int) -> None:
    """The last word of the set-up: how much memory it used itself, in KiB."""
    os.write(status_fd, str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss).encode())


def _execute(job: dict[str, Any], descriptors: tuple[int, ...], status_fd: int) -> None:
    environment = {**{name: os.environ[name] for name in _KEPT_ENVIRONMENT}, **job["environment"]}
    _say_ready(status_fd)
    os.execve(descriptors[5] if len(descriptors) > 5 else job["argv"][0], job["argv"], environment)
