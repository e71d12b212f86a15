"""What of the host a jail shows."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

_TAKEN = {"tmp", "box", "proc", "dev", "sys"}  # the jail has its own
_SYSTEM = {"bin", "etc", "lib", "lib32", "lib64", "libx32", "old", "sbin", "usr"}


def path_to_show(path: Path) -> str:
    """The absolute path that the jail shows. Raises ValueError for one that it has of its own, or for everything."""
    resolved = str(path.resolve())
    if resolved == "/" or resolved.split("/")[1] in _TAKEN:
        raise ValueError(f"{resolved} cannot be shown in a jail")
    return resolved


def place_to_show(place: str) -> str:
    """A path for a folder that the jail shows elsewhere than the host has it. Raises ValueError if it is taken."""
    parts = place.split("/")
    if parts[0] or len(parts) < 2 or {"", ".", ".."} & set(parts[1:]) or parts[1] in _TAKEN | _SYSTEM:
        raise ValueError(f"nothing can be shown at {place!r} in a jail")
    return place


def interpreter_paths() -> tuple[str, ...]:
    """Where the Python of the programs lives: its bin and lib folders only, for there may be data beside them."""
    bases = dict.fromkeys(os.path.realpath(base) for base in (sys.base_prefix, sys.base_exec_prefix))
    return tuple(f"{base}/{folder}" for base in bases if base != "/usr" for folder in ("bin", "lib", "lib64"))


def paths_to_hide() -> tuple[str, ...]:
    """Installed packages and sources, which no program needs: other people's, our own among them."""
    libraries = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")}
    libraries |= {*Path("/usr/lib").glob("python3*"), *Path("/usr/local/lib").glob("python3*")}
    packages = (library / name for library in sorted(libraries) for name in ("site-packages", "dist-packages"))
    return ("/usr/src", "/usr/local/src", *(str(path) for path in packages if path.is_dir()))


def base_python() -> str:
    """The interpreter behind a virtual environment's link."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
