"""Names and numbers of the kernel's system calls, on the processors that jails were written for."""

from __future__ import annotations

import functools
from pathlib import Path

from .inside.kernel import MACHINE

MACHINES = ("x86_64", "aarch64")
_TABLE = Path(__file__).with_name("system_calls.txt")


@functools.cache
def table(machine: str = MACHINE) -> dict[str, int]:
    """Name → number of every call that `machine` (x86_64 or aarch64) has. Raises ValueError for another."""
    if machine not in MACHINES:
        raise ValueError(f"no jail was written for {machine}")
    column = MACHINES.index(machine) + 1
    rows = [line.split() for line in _TABLE.read_text(encoding="ascii").splitlines() if not line.startswith("#")]
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


def name_of(number: int, machine: str = MACHINE) -> str:
    """What the call is called, or its number in words if it is newer than the table."""
    return _names(machine).get(number, f"call {number}")


@functools.cache
def _names(machine: str) -> dict[int, str]:
    return {number: name for name, number in table(machine).items()}
