"""Plain data in and out of the jail."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from .profiles import GENERAL, PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping


_LARGEST_WINDOW = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a program may use. Raises ValueError for a limit that is not positive."""

    cpu_time_s: float
    """CPU time of all its threads and processes; judged to some milliseconds."""
    wall_time_s: float
    memory_bytes: int
    """Address space of each process, without the interpreter or loader it starts with."""
    output_bytes: int = 1 << 20
    """Cap of stdout and of stderr, each."""
    scratch_bytes: int = 16 << 20
    """Cap of /box (besides the files handed in) and of /tmp, each, and of any one file."""
    stack_bytes: int | None = None
    """Main thread's stack; 8 MiB if None."""
    open_files: int = 64
    threads: int = 64
    """Threads and, if it may fork, processes."""
    may_fork: bool = False
    address_space: bool = True
    """False limits RLIMIT_DATA instead of RLIMIT_AS: for java and node, which reserve far more than they use."""

    def __post_init__(self) -> None:
        """Refuse limits that mean nothing."""
        positive = (self.cpu_time_s, self.wall_time_s, self.memory_bytes, self.output_bytes, self.scratch_bytes)
        if min(positive) <= 0 or self.open_files < 4 or self.threads < 1:
            raise ValueError(f"limits must be positive: {self}")


def check_profile(profile: str) -> None:
    """Raise ValueError unless there is such a family of programs."""
    if profile not in PROFILES:
        raise ValueError(f"unknown profile {profile!r}; there are {', '.join(sorted(PROFILES))}")


def check_name(name: str) -> None:
    """Raise ValueError unless `name` is a plain relative path."""
    path = PurePosixPath(name)
    if not name or "\0" in name or path.is_absolute() or str(path) != name or {"..", "."} & set(path.parts):
        raise ValueError(f"not a relative file name: {name!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonProgram:
    """A Python answer, run as `python3 source_name argv…` in /box."""

    files: Mapping[str, bytes]
    """Written to the working directory before the start; contains `source_name`."""
    source_name: str = "main.py"
    argv: tuple[str, ...] = ()
    profile: str = "python"
    """Which system calls it may make (see profiles.PROFILES)."""

    def __post_init__(self) -> None:
        """Refuse names that leave the working directory, and profiles that there are not."""
        check_profile(self.profile)
        for name in self.files:
            check_name(name)
        if self.source_name not in self.files:
            raise ValueError(f"no file {self.source_name!r} to run")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecProgram:
    """A program executed in the jail: a compiler, an interpreter, or a compiled answer handed in by descriptor."""

    argv: tuple[str, ...]
    """argv[0] is an absolute path in the jail, or "{executable}"."""
    executable: Path | None = None
    """File on the host whose content is run; the jail sees neither its path nor its folder."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to PATH, HOME=/box and LANG=C.UTF-8."""
    profile: str = GENERAL
    """Which system calls it may make (see profiles.PROFILES)."""

    def __post_init__(self) -> None:
        """Refuse what could not be started, and profiles that there are not."""
        check_profile(self.profile)
        for name in self.files:
            check_name(name)
        if not self.argv or (self.argv[0] == "{executable}") != (self.executable is not None):
            raise ValueError('argv[0] must be "{executable}" if an executable is given, and only then')
        if self.executable is None and not self.argv[0].startswith("/"):
            raise ValueError(f"not an absolute path: {self.argv[0]!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSize:
    """The size of a terminal, in characters. Raises ValueError for one that no window has."""

    rows: int = 24
    columns: int = 80

    def __post_init__(self) -> None:
        """Refuse sizes that programs would stumble over."""
        if not 1 <= self.rows <= _LARGEST_WINDOW or not 1 <= self.columns <= _LARGEST_WINDOW:
            raise ValueError(f"not the size of a window: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What one run did and used. `memory_kb` is the peak resident size, for Python without the warm interpreter's own.

    A small executed program shows the few megabytes of the process that it replaced: the kernel keeps the larger.
    """

    exit_code: int | None
    """None if a signal ended it."""
    signal: int | None
    cpu_us: int
    wall_us: int
    memory_kb: int
    cpu_exceeded: bool
    wall_exceeded: bool
    output_exceeded: bool
    memory_exceeded: bool
    stdout: bytes
    stderr: bytes
    collected: Mapping[str, bytes]
    refused: Mapping[str, str]
    """Name → reason, for files asked for that were missing, links, no regular files, or too large."""
    memory_by: str = "address space"
    """What held the memory limit: "address space" or "data" of each process, "cgroup v1" or "cgroup v2" of all."""
    tier: str = "full"
    """How the program was isolated."""
    refused_calls: tuple[str, ...] = ()
    """In audit mode: names of the system calls that it was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What this machine allows: `tier` "full", "reduced" (asked for only) or "none", `reason` why (errors.Reason),
    `fix` one command or "".
    """

    tier: str
    reason: str
    fix: str = ""
    as_root: bool = False

    @property
    def may_judge(self) -> bool:
        """Whether programs can run here at all."""
        return self.tier != "none"
