"""The worker: takes tasks from the queue; claim → build the job → grade → record."""

from __future__ import annotations

from etude.worker.running import run_worker

__all__ = ["run_worker"]
