"""A worker as a process of its own, to be killed: `python tests/worker_program.py DATA LEASE_S [CLOCK_AHEAD_S]`."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from etude.app import create_app
from etude.config import Config
from etude.core import clock, logging
from etude.worker import run_worker

if __name__ == "__main__":
    config = Config(
        data=Path(sys.argv[1]), workers=1, testing=True, database_url=os.environ.get("ETUDE_TEST_DATABASE_URL", "")
    )
    if len(sys.argv) > 3:
        ahead = timedelta(seconds=float(sys.argv[3]))
        clock.replace(lambda: datetime.now(UTC) + ahead)
    logging.configure(folder=config.logs, file_name="worker.log")
    run_worker(config, lease_s=float(sys.argv[2]), app=create_app(config, serves=False))
