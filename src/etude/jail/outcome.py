"""From what the warden saw to the record of a run."""

from __future__ import annotations

import re
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

from .records import Limits, RunRecord

if TYPE_CHECKING:
    from .cgroup import Account
    from .channel import Report

_MEMORY_SHARE = 0.95  # a peak this near to the limit means that the limit ended the program
_OUT_OF_MEMORY = re.compile(
    rb"^MemoryError\b|std::bad_alloc|java\.lang\.OutOfMemoryError|heap out of memory|Array buffer allocation failed"
    rb"|^(?:\[ERROR\] FATAL UNHANDLED EXCEPTION: )?System\.OutOfMemoryException",
    re.MULTILINE,
)


def record_of(report: Report, limits: Limits, stdout: bytes, stderr: bytes, *, overflow: bool) -> RunRecord:
    """The record of a run under `limits`. `overflow`: whether there was more output than allowed."""
    numbers = report.numbers
    code, cpu_us, used = numbers["code"], numbers["cpu_us"], numbers["memory_kb"]
    failed = code != 0
    cpu_exceeded = report.why == "cpu" or cpu_us > limits.cpu_time_s * 1e6 or code == -signal.SIGXCPU
    full = used > numbers["floor_kb"] and used * 1024 >= limits.memory_bytes * _MEMORY_SHARE
    return RunRecord(
        exit_code=code if code >= 0 else None,
        signal=-code if code < 0 else None,
        cpu_us=cpu_us,
        wall_us=numbers["wall_us"],
        memory_kb=used,
        cpu_exceeded=cpu_exceeded,
        wall_exceeded=report.why == "wall",
        output_exceeded=overflow,
        memory_exceeded=full or (failed and _OUT_OF_MEMORY.search(stderr) is not None),
        stdout=stdout,
        stderr=stderr,
        collected=report.collected,
        refused=report.refused,
        memory_by="address space" if limits.address_space else "data",
    )


def accounted(record: RunRecord, account: Account) -> RunRecord:
    """The same with the memory that all its processes used together."""
    peak_kb, killed = account.end()
    return replace(
        record,
        memory_kb=max(record.memory_kb, peak_kb),
        memory_exceeded=record.memory_exceeded or killed,
        memory_by=f"cgroup v{account.version}",
    )
