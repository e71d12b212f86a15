"""How long a program may run in a console, which people answer, and how much it may print and be sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etude.grading.job import RunJob

CPU_TIME_S = 30.0
"""Computing time of one session, where the activity gives less: a game computes longer than a test."""
WALL_TIME_S = 3600.0
OUTPUT_BYTES_PER_S = 64 << 10
"""A flood is slowed down to this after its burst: the program waits, nothing is lost, and the page stays alive."""
BURST_BYTES = 256 << 10
MAX_TYPED_BYTES = 256 << 10
"""What was typed and not yet read by the program."""


def with_console_limits(job: RunJob) -> RunJob:
    """Return the job with the times of a console: people think longer than tests."""
    cpu_time_s = max(job.limits.cpu_time_s, CPU_TIME_S)
    return replace(job, limits=replace(job.limits, cpu_time_s=cpu_time_s, wall_time_s=WALL_TIME_S))
