"""A worker as a process of its own, to be killed: `python tests/worker_program.py DATA LEASE_S [CLOCK_AHEAD_S]`.

With ETUDE_TEST_GATE, the path of a FIFO, it stops after its first test until whoever has opened the FIFO closes it.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etude.app import create_app
from etude.config import Config
from etude.core import clock, logging
from etude.worker import actors, run_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from etude.grading.verdict import TestResult


def stop_at(gate: Path) -> None:
    """Let the worker judge as ever, but for the stop."""
    judge, shut = actors.grade, [gate]

    def grade(job: Any, jails: Any, *, on_test: Callable[[TestResult], None], **options: Any) -> Any:
        def tell(result: TestResult) -> None:
            on_test(result)
            while shut:
                shut.pop().read_bytes()

        return judge(job, jails, on_test=tell, **options)

    actors.grade = grade


if __name__ == "__main__":
    config = Config(
        data=Path(sys.argv[1]),
        workers=1,
        testing=True,
        database_url=os.environ.get("ETUDE_TEST_DATABASE_URL", ""),
        plain_hosts=os.environ.get("ETUDE_PLAIN_HOSTS", ""),
    )
    if len(sys.argv) > 3:
        ahead = timedelta(seconds=float(sys.argv[3]))
        clock.replace(lambda: datetime.now(UTC) + ahead)
    if gate := os.environ.get("ETUDE_TEST_GATE"):
        stop_at(Path(gate))
    logging.configure(folder=config.logs, file_name="worker.log")
    run_worker(config, lease_s=float(sys.argv[2]), app=create_app(config, serves=False))
