"""What an attack is, and the words to say how one sees that it was stopped."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.jail import Limits, RunRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIMITS = Limits(cpu_time_s=2, wall_time_s=20, memory_bytes=512 << 20)
COMPILE_LIMITS = {
    "cpu_time_s": 3,
    "wall_time_s": 30,
    "memory_bytes": 1 << 30,
    "scratch_bytes": 64 << 20,
    "may_fork": True,
}
EXPECTED_PREFIX = "EXPE" + "CTED-"  # the runner knows this and 16 hexadecimal digits more; no program ever may
# What the runner writes into the sources: where it planted the same secret outside.
HOST_FILE, PORT, ABSTRACT_NAME, HOST_PID = "@HOST_FILE@", "@PORT@", "@ABSTRACT_NAME@", "@HOST_PID@"
# The same file and process, where a program asks only whether they exist: the reduced tier does not hide that.
HOST_DATABASE = "@HOST_DATABASE@"
SEEN_FILE, SEEN_PROCESS = "@SEEN_FILE@", "@SEEN_PROCESS@"
SYSTEM_CALL = """import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    return result if result >= 0 else -ctypes.get_errno()
"""


@dataclass(frozen=True, kw_only=True)
class Attack:
    name: str
    source: str = ""
    """Python, or `language`."""
    stopped: Callable[[RunRecord], bool]
    language: str = "python"
    """python, c; or c-compiler, c++-compiler: the compiler itself is the target, and a.out is collected."""
    limits: Mapping[str, object] = field(default_factory=dict)
    stdin: bytes = b""
    collect: tuple[str, ...] = ()
    before: str = ""
    """A Python program of another student, run just before in the same jail."""
    stopped_reduced: Callable[[RunRecord], bool] | None = None
    """How one sees it in the reduced tier, where that is not the same."""
    stopped_on_terminal: Callable[[RunRecord], bool] | None = None
    """How one sees it on a terminal, where both streams and what is typed are one."""


def printed(record: RunRecord) -> object:
    return ast.literal_eval(record.stdout.decode() or "None")


def all_refused(record: RunRecord) -> bool:
    found = printed(record)
    return isinstance(found, list) and len(found) > 0 and all(item < 0 for item in found)


def fewer_than(count: int) -> Callable[[RunRecord], bool]:
    return lambda record: record.stdout.strip().isdigit() and int(record.stdout) < count


def not_permitted(record: RunRecord) -> bool:
    return record.exit_code == 1 and b"\nPermissionError: " in record.stderr and record.stdout == b""


def not_readable(record: RunRecord) -> bool:
    """Of a compiler."""
    return no_secret(record) and b"fatal error: " in record.stderr and b"Permission denied" in record.stderr


def killed(record: RunRecord) -> bool:
    return record.signal == 9


def found_nothing(record: RunRecord) -> bool:
    """Of a hunter that may have had nothing to look at."""
    return record.stdout in {b"[True, []]\n", b"[False, []]\n"}


def no_secret(record: RunRecord) -> bool:
    told = record.stdout + record.stderr + b"".join(record.collected.values())
    return EXPECTED_PREFIX.encode() not in told


def ended_by_a_limit(record: RunRecord) -> bool:
    """Of the compilers, which say so themselves when they run out of anything."""
    stopped = record.cpu_exceeded or record.wall_exceeded or record.memory_exceeded or record.output_exceeded
    return (stopped or record.exit_code != 0) and record.cpu_us < 5_000_000 and "a.out" not in record.collected
