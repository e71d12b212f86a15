"""What an attack is, and the words to say how one sees that it was stopped."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.jail import Limits, RunRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIMITS = Limits(cpu_time_s=2, wall_time_s=6, memory_bytes=512 << 20)
EXPECTED_PREFIX = "EXPE" + "CTED-"  # the runner knows this and 16 hexadecimal digits more; no program ever may
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
    """Python, or C if `in_c`."""
    stopped: Callable[[RunRecord], bool]
    in_c: bool = False
    limits: Mapping[str, object] = field(default_factory=dict)
    stdin: bytes = b""
    collect: tuple[str, ...] = ()


def printed(record: RunRecord) -> object:
    return ast.literal_eval(record.stdout.decode() or "None")


def all_refused(record: RunRecord) -> bool:
    found = printed(record)
    return isinstance(found, list) and len(found) > 0 and all(item < 0 for item in found)


def fewer_than(count: int) -> Callable[[RunRecord], bool]:
    return lambda record: record.stdout.strip().isdigit() and int(record.stdout) < count
