"""How often the worker beside this server died: the process that starts it counts, the web process reads."""

from __future__ import annotations

import mmap

CHILD_DEATHS = "etude.child_deaths"
"""Under this name an application knows the `ChildDeaths` of the worker that `etude serve` started beside it."""


class ChildDeaths:
    """How often in a row the worker beside this server died soon after its start, 255 at most.

    The number is in memory that the process which starts the worker shares with the web process that it forks: a file
    could not be written when it is the data folder that is gone, and would outlive a killed server.
    """

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 1)

    @property
    def count(self) -> int:
        """The number; 0 once the worker lived for a while."""
        return self._shared[0]

    @count.setter
    def count(self, value: int) -> None:
        self._shared[0] = min(value, 255)
