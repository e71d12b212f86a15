"""Headers compiled once for all answers; several threads and processes may share the folder."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from etude import jail as wall
from etude.jail import IsolationUnavailable, JailError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from etude.grading.jails import JailSet
    from etude.grading.languages import Header

logger = logging.getLogger(__name__)

MAX_HEADER_BYTES = 256 << 20
# Two or three language versions of one compiler, and those of the compiler before an upgrade.
MAX_FOLDERS = 6
_LIMITS = wall.Limits(
    cpu_time_s=60.0,
    wall_time_s=180.0,
    memory_bytes=2 << 30,
    scratch_bytes=MAX_HEADER_BYTES,
    may_fork=True,
    open_files=256,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderCache:
    """The folder `directory` (made when needed): below it each header at its own path, whole or not at all.

    What stands in it was made in a jail from nothing but the system's headers; the compilers' jails show it read-only.
    """

    directory: Path

    def prepare(self, headers: Iterable[Header], jails: JailSet) -> None:
        """Compile the headers that are not there yet: two seconds, the first time on a machine.

        A header that cannot be compiled or stored is logged and left out: compilers do without, more slowly. Raises
        IsolationUnavailable.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        for header in headers:
            if not (self.directory / header.path).exists():
                try:
                    self._make(header, jails)
                except IsolationUnavailable:
                    raise
                except (JailError, OSError) as fault:
                    logger.warning("the header %s could not be compiled: %s", header.path, fault)

    def _make(self, header: Header, jails: JailSet) -> None:
        record = jails.native().run(
            header.program, limits=_LIMITS, collect=(header.made,), collect_bytes=MAX_HEADER_BYTES
        )
        made = record.collected.get(header.made, b"")
        if record.exit_code != 0 or not made:
            raise OSError(f"its compiler ended with {record.exit_code}: {record.stderr[:500]!r}")
        path = self.directory / header.path
        self._store(path.with_suffix(""), header.beside)
        self._store(path, made)
        self._forget_old()

    def _store(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                os.fchmod(file.fileno(), 0o644)  # programs in a jail are nobody
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _forget_old(self) -> None:
        """Remove the folders of compilers that were upgraded since."""
        folders = sorted(self.directory.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for folder in folders[MAX_FOLDERS:]:
            with contextlib.suppress(OSError):
                shutil.rmtree(folder)
