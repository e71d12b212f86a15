from __future__ import annotations

from etude.consoles.limits import CPU_TIME_S, WALL_TIME_S, with_console_limits
from etude.grading.job import RunJob
from etude.grading.limits import Limits


def test_a_console_computes_as_long_as_its_activity_says_and_never_shorter_than_people_need():
    short, long = (
        with_console_limits(RunJob(language="python", files={"main.py": b""}, limits=Limits(cpu_time_s=seconds)))
        for seconds in (1.0, 2 * CPU_TIME_S)
    )

    assert (short.limits.cpu_time_s, long.limits.cpu_time_s) == (CPU_TIME_S, 2 * CPU_TIME_S)
    assert short.limits.wall_time_s == WALL_TIME_S
