"""The idle product: the sum of PSS over all of its processes, jails included. Goal: at most 300 MB."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil
from site_ import make_admin, report, site

with site() as running:
    admin = make_admin(running)
    for path in ("/courses", "/courses/1", "/assignments/1"):
        admin.get(path)
    time.sleep(8)  # the jails are warmed behind the first page
    by_process = {}
    for process in running.processes():
        with suppress(psutil.NoSuchProcess):  # one that ends meanwhile is not idle
            by_process[f"{process.pid}"] = round(process.memory_full_info().pss / 1e6, 1)
    report("idle memory", pss_mb=round(running.pss_mb(), 1), processes=len(by_process), pss_mb_by_process=by_process)
