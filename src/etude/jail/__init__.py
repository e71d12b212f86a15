"""The wall: programs in here reach no file, process or network of ours, and no more time or memory than allowed.

Standard library and the Linux kernel only. See `Jail`; `python -m etude.jail` says what this machine allows.
"""

from __future__ import annotations

from .errors import IsolationUnavailable, JailError
from .jail import Jail
from .nursery import Nursery
from .probing import probe, require_isolation
from .records import ExecProgram, Isolation, Limits, PythonProgram, RunRecord, WindowSize
from .running_program import RunningProgram

__all__ = [
    "ExecProgram",
    "Isolation",
    "IsolationUnavailable",
    "Jail",
    "JailError",
    "Limits",
    "Nursery",
    "PythonProgram",
    "RunRecord",
    "RunningProgram",
    "WindowSize",
    "probe",
    "require_isolation",
]
