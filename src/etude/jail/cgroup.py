"""A memory and process account of one whole jail, where the system lends us control groups.

Limits of the kernel that hold for one process alone mean little for a program that may start others. Version 1 of the
interface serves root, version 2 whoever a subtree was delegated to (systemd: `Delegate=memory pids`) that has no
process of its own. Without either the rules of rlimits stand: few processes, each with the memory limit to itself.
"""

from __future__ import annotations

import itertools
import os
import time
from contextlib import suppress
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_UNLIMITED_V1, _UNLIMITED_V2 = "-1", "max"
_REMOVAL_TIMEOUT_S = 5
_numbers = itertools.count()


class Account:
    """The group or groups of one jail. Every process of it must be born in them (see enter)."""

    def __init__(self, memory: Path, pids: Path, version: int) -> None:
        self._memory, self._pids, self.version = memory, pids, version
        two = version == 2
        self._limit = memory / ("memory.max" if two else "memory.limit_in_bytes")
        self._usage = memory / ("memory.current" if two else "memory.usage_in_bytes")
        self._peak = memory / ("memory.peak" if two else "memory.max_usage_in_bytes")
        self._events = memory / ("memory.events" if two else "memory.oom_control")
        self._base = 0
        self._kills = 0

    def is_real(self) -> bool:
        """Whether the kernel counts here, and this is no mere folder."""
        return self._limit.is_file() and (self._pids / "pids.max").is_file()

    def enter(self, pid: int) -> None:
        """Move a process, whose children will be born here. Raises OSError if that is refused."""
        for folder in {self._memory, self._pids}:
            (folder / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def begin(self, memory_bytes: int, processes: int) -> None:
        """From now on the jail may use this much more than it does, and have so many processes more."""
        self._base, self._kills = _number(self._usage), self._oom_kills()
        self._limit.write_text(str(self._base + memory_bytes), encoding="ascii")
        current = _number(self._pids / "pids.current")
        (self._pids / "pids.max").write_text(str(current + processes + 2), encoding="ascii")
        with suppress(OSError):  # version 2 keeps its peak before Linux 6.12
            self._peak.write_text("0", encoding="ascii")

    def end(self) -> tuple[int, bool]:
        """Lift the limits; peak of the test in KiB, and whether the kernel killed for want of memory."""
        peak, killed = _number(self._peak), self._oom_kills() > self._kills
        self._limit.write_text(_UNLIMITED_V2 if self.version == 2 else _UNLIMITED_V1, encoding="ascii")
        (self._pids / "pids.max").write_text("max", encoding="ascii")
        return max(0, peak - self._base) >> 10, killed

    def _oom_kills(self) -> int:
        try:
            lines = self._events.read_text(encoding="ascii").splitlines()
        except OSError:
            return 0
        return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)

    def remove(self) -> None:
        """Take the groups away once the jail's last process is gone. May be called twice."""
        deadline = time.monotonic() + _REMOVAL_TIMEOUT_S
        for folder in {self._memory, self._pids}:
            while folder.is_dir() and time.monotonic() < deadline:
                with suppress(OSError):  # busy while the kernel buries the last ones
                    folder.rmdir()


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def _own_groups() -> dict[str, str]:
    """Controller → our own group's path; version 2 under the empty name."""
    rows = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()]
    return {name: path.strip("/") for _, names, path in rows for name in names.split(",")}


def open_account(root: Path = _ROOT, own: dict[str, str] | None = None) -> Account | None:
    """A new account for a jail, None where the system lends no control groups. Tried by making it, never by asking."""
    own = _own_groups() if own is None else own
    name = f"etude-{os.getpid()}-{next(_numbers)}"
    two = [root / own[""] / name, root / "unified" / own[""] / name] if "" in own else []
    for folder in two:
        account = _made(folder, folder, 2)
        if account is not None:
            return account
    if {"memory", "pids"} <= own.keys():
        return _made(root / "memory" / own["memory"] / name, root / "pids" / own["pids"] / name, 1)
    return None


def _made(memory: Path, pids: Path, version: int) -> Account | None:
    account = Account(memory, pids, version)
    try:
        for folder in dict.fromkeys((memory, pids)):
            _sweep(folder.parent)
            folder.mkdir()
        if account.is_real():
            account.begin(1 << 40, 1 << 16)
            account.end()
            return account
    except OSError:
        pass  # not ours to make, or to write in
    for folder in {memory, pids}:
        with suppress(OSError):
            folder.rmdir()
    return None


def _sweep(parent: Path) -> None:
    """Take away what supervisors left who were killed; a group with processes in it resists."""
    for folder in parent.glob("etude-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            with suppress(OSError):
                folder.rmdir()
