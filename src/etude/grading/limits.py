"""What one run of an answer may use."""

from __future__ import annotations

from dataclasses import dataclass

from etude.grading.errors import JobError
from etude.grading.messages import _

MEBIBYTE = 1 << 20
MAX_CPU_TIME_S = 300.0
MIN_MEMORY_BYTES = 16 * MEBIBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of each run. Time is judged on CPU time; wall time only ends what sleeps or waits.

    cpu_time_s: seconds of CPU, above 0 and at most 300. wall_time_s: seconds; None means the larger of three times the
    CPU time and CPU time + 2, so that a busy machine does not fail an honest answer. memory_bytes: at least 16 MiB.
    output_bytes: of stdout and of stderr, each. may_fork: False allows threads only.
    Raises JobError for a value out of range.
    """

    cpu_time_s: float = 2.0
    wall_time_s: float | None = None
    memory_bytes: int = 256 * MEBIBYTE
    output_bytes: int = 1 * MEBIBYTE
    may_fork: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.cpu_time_s <= MAX_CPU_TIME_S:
            sentence = _("The time limit must be above 0 and at most %(most)s seconds; it is %(given)s.")
            raise JobError(sentence, most=f"{MAX_CPU_TIME_S:g}", given=f"{self.cpu_time_s:g}")
        if self.wall_time_s is not None and self.wall_time_s < self.cpu_time_s:
            raise JobError(_("The limit of waiting must not be below the limit of computing time."))
        if self.memory_bytes < MIN_MEMORY_BYTES:
            raise JobError(_("The memory limit must be at least 16 MB."))
        if self.output_bytes < 1:
            raise JobError(_("The output limit must be at least one byte."))

    @property
    def effective_wall_time_s(self) -> float:
        """The wall time in seconds that ends a run."""
        if self.wall_time_s is not None:
            return self.wall_time_s
        return max(3 * self.cpu_time_s, self.cpu_time_s + 2)
