"""The fresh interpreters from which jails are made."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Protocol

from .recipe import ENVIRONMENT
from .view import base_python

FOLDER = Path(__file__).parent
# A fresh interpreter, never a fork of ours: what we know (expected answers) must not be in the programs' memory.
# Nothing of the module that is named is on the stack when the program runs.
_BOOT = """
import site, sys
names_at_start = frozenset(sys.modules)
import _socket
control = _socket.socket(fileno=int(sys.argv[1]))
folder, _, message = control.recv(1 << 16).partition(b"\\0")
sys.path.insert(0, folder.decode())
from inside import %s as chosen
del sys.path[0]
chosen.main(control, message, names_at_start)()
"""


class Launcher(Protocol):
    """The process that makes a jail and ends; ours to wait for."""

    pid: int
    returncode: int | None

    def wait(self) -> int: ...
    def kill(self) -> None: ...


def start_interpreter(
    module: str, control: int, errors: int, *, hash_seed: int, outer: tuple[str, ...] = (), passed: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start one that runs main() of `inside.module` with the socket `control`, told where that is by a first message.

    `errors`: where its standard error goes; `outer`: the command that precedes it; `passed`: descriptors that it keeps
    beside the socket. Raises OSError.
    """
    # Every name of the libraries is bound at the start, not in each test anew.
    environment = {**ENVIRONMENT, "PYTHONHASHSEED": str(hash_seed), "LD_BIND_NOW": "1"}
    return subprocess.Popen(
        [*outer, base_python(), "-s", "-S", "-P", "-c", _BOOT % module, str(control)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        pass_fds=(control, *passed),
        cwd="/",
        env=environment,
    )
