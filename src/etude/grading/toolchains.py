"""Is the compiler there, which version, and which package brings it?"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# Where programs are for a jail, whatever PATH the service was started with.
SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"
_ENVIRONMENT = {"PATH": SEARCH_PATH, "LC_ALL": "C.UTF-8"}
_TIMEOUT_S = 20
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolchainState:
    """What this machine has. version: "" when unavailable; fix: the command that brings it, "" when it is there."""

    is_available: bool
    version: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """What a language needs on the machine.

    command: the compiler's name; "" means the Python that runs the engine. check: the compiler's arguments to compile
    `check_input` from standard input (it finds a compiler without its headers); () asks for the version only. oldest:
    the first number of the oldest version that will do. packages: the Debian packages.
    """

    command: str = ""
    packages: str = ""
    check: tuple[str, ...] = ()
    check_input: bytes = b""
    oldest: int = 0

    def find(self) -> Path | None:
        """Return the compiler's real path (a jail has no /etc/alternatives), or None."""
        found = shutil.which(self.command, path=SEARCH_PATH)
        return Path(found).resolve() if found else None

    def state(self) -> ToolchainState:
        """Find out by asking the compiler; remembered until its file changes."""
        if not self.command:
            return ToolchainState(is_available=True, version=f"Python {platform.python_version()}")
        found = shutil.which(self.command, path=SEARCH_PATH)
        if found is None:
            return ToolchainState(is_available=False, fix=f"apt install {self.packages}")
        return _ask(self, found, Path(found).stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _ask(toolchain: Toolchain, path: str, _changed_at_ns: int) -> ToolchainState:
    try:
        version = _run((path, "--version"), b"").split("\n")[0]
        if toolchain.check:
            _run((path, *toolchain.check), toolchain.check_input)
    except (OSError, subprocess.SubprocessError):
        return ToolchainState(is_available=False, fix=f"apt install {toolchain.packages}")
    number = _NUMBER.search(version)
    if toolchain.oldest and (number is None or int(number[0]) < toolchain.oldest):
        return ToolchainState(is_available=False, fix=f"apt install {toolchain.packages}")
    return ToolchainState(is_available=True, version=version)


def _run(argv: tuple[str, ...], stdin: bytes) -> str:
    done = subprocess.run(  # noqa: S603 # a fixed command of the system, no input of users
        argv, input=stdin, capture_output=True, check=True, timeout=_TIMEOUT_S, env=_ENVIRONMENT
    )
    return done.stdout.decode("utf-8", "replace")
