"""Progress: one student on one assignment."""

from __future__ import annotations

from etude.models.progress.progress import CellValues, Progress, ProgressState

__all__ = ["CellValues", "Progress", "ProgressState"]
