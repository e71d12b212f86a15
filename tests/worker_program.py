"""A worker as a process of its own, to be killed: `python tests/worker_program.py DATA LEASE_S`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from etude.config import Config
from etude.worker import run_worker

if __name__ == "__main__":
    config = Config(
        data=Path(sys.argv[1]), workers=1, testing=True, database_url=os.environ.get("ETUDE_TEST_DATABASE_URL", "")
    )
    run_worker(config, lease_s=float(sys.argv[2]))
