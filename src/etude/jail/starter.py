"""Builds inside/starter.c, if this machine has a compiler: programs then start without a copy of the zygote."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from .memory_file import sealed_file

_SOURCE = Path(__file__).parent / "inside" / "starter.c"
_PATH = "/usr/local/bin:/usr/bin:/bin"
_TIMEOUT_S = 30
_lock = threading.Lock()


def starter_descriptor() -> int:
    """The built library in a sealed memory file of this process, never of the disk; -1 where it could not be built."""
    with _lock:
        return _build()


@functools.cache
def _build() -> int:
    compiler = shutil.which("cc", path=_PATH)
    if compiler is None:
        return -1
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "starter.so"
        command = [compiler, "-O2", "-fPIC", "-shared", "-o", str(library), str(_SOURCE)]
        try:
            subprocess.run(
                command, cwd=folder, env={"PATH": _PATH}, check=True, capture_output=True, timeout=_TIMEOUT_S
            )
            return sealed_file("starter", library.read_bytes(), executable=True)
        except (OSError, subprocess.SubprocessError):
            return -1
