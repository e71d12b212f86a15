"""The reduced tier: programs on a system that gives us no namespace, by Landlock, seccomp and rlimits alone.

Never chosen by itself. A program works in a folder of the host; Landlock shows it the system's programs and that
folder, and lets it write in the folder alone. What it loses against the full tier: a /proc, network, process numbers,
host name and /tmp of its own, a size for its folder that the kernel keeps, and a sure end of all its processes.
docs/explanation/jail.md says what that leaves open.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import landlock
from .errors import IsolationUnavailable, _
from .inside import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TIER = "reduced"
# Version 3 (Linux 6.2): without it a program could cut any file of its user short.
LANDLOCK_SINCE = 3
_PREFIX = "etude-jail-"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/alternatives", "/etc/ld.so.cache",
           "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ssl/openssl.cnf")  # fmt: skip
_DEVICES = ("null", "zero", "full", "random", "urandom")
# Opened by the program's own process, so they are its own; the runtimes of Java and C# want to know their memory.
_OWN_PROC = tuple(f"/proc/self/{name}" for name in ("cmdline", "fd", "maps", "mem", "stat", "statm", "status"))
_MACHINE = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu")


@dataclass(frozen=True, slots=True)
class Slot:
    """A folder for one program at a time. `names`: places that the full tier has, and where they are here."""

    path: str
    names: Mapping[str, str]

    @property
    def box(self) -> str:
        return f"{self.path}/box"

    @property
    def temporary(self) -> str:
        return f"{self.path}/tmp"

    def translated(self, text: str) -> str:
        """An argument or variable that names a place of the full tier."""
        whole = {"/box": self.box, "/tmp": self.temporary}
        for place, real in self.names.items():
            text = re.sub(rf"{re.escape(place)}(?=/|$)", real, text)
        return whole.get(text, text)

    def told(self, output: bytes) -> bytes:
        """What a program printed, with the names that the places have in the full tier."""
        for real, place in ((self.box, b"/box"), (self.temporary, b"/tmp")):
            output = output.replace(os.fsencode(real), place)
        return output


class Scratch:
    """The folder of one jail on the host, with a slot for each program that runs at the same time.

    `uid`: whose it is when we are root. `names`: as in Slot.
    """

    def __init__(self, uid: int | None, names: Mapping[str, str]) -> None:
        parent = tempfile.gettempdir()
        _sweep(Path(parent))
        self.path = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent)
        self._uid = uid
        self._names = names
        self._slots: list[Slot] = []
        self._taken: set[str] = set()
        if uid is not None:
            os.chown(self.path, uid, uid)

    def take(self) -> Slot:
        """A slot that is free now."""
        free = next((slot for slot in self._slots if slot.path not in self._taken), None) or self._make()
        self._taken.add(free.path)
        return free

    def give_back(self, slot: Slot) -> None:
        """The program has reported: its folders are empty."""
        self._taken.discard(slot.path)

    def _make(self) -> Slot:
        slot = Slot(f"{self.path}/{len(self._slots)}", self._names)
        for folder in (slot.path, slot.box, slot.temporary):
            Path(folder).mkdir(mode=0o700)
            if self._uid is not None:
                os.chown(folder, self._uid, self._uid)
        self._slots.append(slot)
        return slot

    def remove(self) -> None:
        """Take it away, once no program is left."""
        shutil.rmtree(self.path, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Take away what supervisors left who were killed."""
    for folder in parent.glob(f"{_PREFIX}*-*"):
        number = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            if number.isdigit() and folder.lstat().st_uid in {os.geteuid(), 0} and not Path("/proc", number).exists():
                shutil.rmtree(folder, ignore_errors=True)


def require_landlock() -> None:
    """Raise IsolationUnavailable where not even this tier holds."""
    if kernel.landlock_version() < LANDLOCK_SINCE:
        raise IsolationUnavailable(
            _("Even the reduced isolation needs Landlock (Linux 6.2 or newer, switched on), which this system lacks.")
        )


def rules(readable: Iterable[str], slot: Slot) -> dict[str, int]:
    """What Landlock allows to the program of a slot: path → rights. `readable`: host paths besides the system's."""
    found: dict[str, int] = {}
    for path in (*_SYSTEM, *readable, *slot.names.values(), *_OWN_PROC, *_MACHINE):
        if Path(path).exists():
            found[path] = landlock.READ_FILES if Path(path).is_dir() else landlock.READ_FILES & landlock.ON_FILES
    found |= {f"/dev/{name}": landlock.WRITE_DEVICE for name in _DEVICES}
    return found | {slot.box: landlock.SCRATCH, slot.temporary: landlock.SCRATCH}
