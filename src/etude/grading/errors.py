"""What the engine raises. A fault of the jail or of a checker is no exception for the caller: it is the verdict IE."""

from __future__ import annotations


class GradingError(Exception):
    """The base of what the engine raises."""


class JobError(GradingError, ValueError):
    """A job that makes no sense (no test, a file name that leads out of the folder…): a fault of who made the job."""
