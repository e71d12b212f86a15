"""The idle product: the sum of PSS over all of its processes, jails included. Goal: at most 300 MB.

It takes four minutes: what the first checks needed is given back when nobody has worked for a while.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
from site_ import make_admin, report, site

from etude.worker.running import REST_AFTER_S

if TYPE_CHECKING:
    from site_ import Site

LOOK_EVERY_S, LOOKS = 3.0, 40
REST_S = REST_AFTER_S + 10
IDLE_CPU_S = 0.15
"""What it may compute between two looks and count as idle: heartbeats and the scheduler's tick."""


def cpu_s(running: Site) -> float:
    total = 0.0
    for process in running.processes():
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def wait_until_idle(running: Site) -> None:
    """Wait for what is done behind the first pages: jails are warmed, compilers asked, headers compiled."""
    before = cpu_s(running)
    for _ in range(LOOKS):
        time.sleep(LOOK_EVERY_S)
        now = cpu_s(running)
        if abs(now - before) < IDLE_CPU_S:
            return
        before = now
    raise SystemExit("it never came to rest")


with site() as running:
    admin = make_admin(running)
    for path in ("/courses", "/courses/1", "/assignments/1"):
        admin.get(path)
    wait_until_idle(running)
    time.sleep(REST_S)  # nobody works: compilers and their jails end
    by_process = {}
    for process in running.processes():
        with suppress(psutil.NoSuchProcess):
            by_process[f"{process.pid}"] = round(process.memory_full_info().pss / 1e6, 1)
    report("idle memory", pss_mb=round(sum(by_process.values()), 1), processes=len(by_process),
           pss_mb_by_process=by_process)  # fmt: skip
