"""What keeps a machine from judging, other than its isolation: a full disk, a database of another version.

A worker with a fault takes nothing, so that the others do; it looks again until the fault is gone.
"""

from __future__ import annotations

import errno
import json
import shutil
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from etude import __version__
from etude.core import schema
from etude.grading.messages import _

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

MIN_FREE_BYTES = 64 << 20
"""Room for some compiled answers and for the log; below, nothing is begun."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, as a marked sentence with its values, and the command or the step that helps."""

    sentence: str
    values: dict[str, str] = field(default_factory=dict)
    fix: str = ""

    def stored(self) -> str:
        """Return it as WorkerState keeps it."""
        return json.dumps({"id": self.sentence, "values": self.values}, ensure_ascii=False)


def find_fault(folder: Path, engine: sa.Engine) -> Fault | None:
    """Return what keeps this machine from judging, None when nothing does.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away.
    """
    return _disk_fault(folder) or _schema_fault(engine)


def free_bytes(folder: Path) -> int:
    """Return how much may still be written below a folder."""
    return shutil.disk_usage(folder).free


def _disk_fault(folder: Path) -> Fault | None:
    free = free_bytes(folder)
    if free >= MIN_FREE_BYTES:
        return None
    return Fault(
        _("Its disk is full: %(free)s MB are free in %(folder)s."),
        {"free": str(free >> 20), "folder": str(folder)},
        f"rm -r {folder / 'cache'}",
    )


def _schema_fault(engine: sa.Engine) -> Fault | None:
    found = schema.current(engine)
    if found is None or found == _newest():
        return None
    values = {"version": __version__, "known": _newest(), "found": found}
    return Fault(
        _("It is Étude %(version)s, which knows migration %(known)s; the database is at %(found)s."),
        values,
        "etude db upgrade" if found < _newest() else "pip install --upgrade etude",
    )


@cache
def _newest() -> str:
    return schema.head()
