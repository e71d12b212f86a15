"""The supervisor's handle of a nursery (inside/nursery.py): jails begin as copies of a warm process."""

from __future__ import annotations

import marshal
import os
import signal
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import JailError, _
from .interpreter import FOLDER, start_interpreter
from .starter import starter_descriptor

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Sequence

_TIMEOUT_S = 30
_NOT_STARTED = _("The process from which jails are copied did not answer: %(said)s")


class Nursery:
    """A process from which jails are forked, instead of a new interpreter for each: they start sooner and share memory.

    What it is made of is the same for all of them: `preload` and `hash_seed` as for Jail, `helper` too. For any thread.
    The constructor does nothing; the first jail starts it, and the next one another if it is gone.
    """

    def __init__(self, *, preload: Sequence[str] = (), hash_seed: int = 0, helper: bool = True) -> None:
        self.preload = tuple(preload)
        self.hash_seed = hash_seed
        self.is_tried = False
        """Whether root could give up its rights in a jail that came from it: the next need not try."""
        self._helper = helper
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def require(self, preload: Iterable[str], hash_seed: int) -> None:
        """Raise ValueError unless a jail with these modules and this hash seed can come from it."""
        if not {*preload} <= {*self.preload} or hash_seed != self.hash_seed:
            raise ValueError("a jail has the modules and the hash seed of its nursery")

    def fork(self, settings: bytes, control: int, errors: int) -> ForkedProcess:
        """A new process that makes a jail as `settings` say, with this socket and standard error.

        Raises JailError if there is none to be had.
        """
        with self._lock:
            try:
                return self._fork(settings, control, errors)
            except OSError:
                self._end()
            try:
                return self._fork(settings, control, errors)  # it had ended: another one
            except OSError as error:
                self._end()
                raise JailError(_NOT_STARTED, said=error) from error

    def _fork(self, settings: bytes, control: int, errors: int) -> ForkedProcess:
        if self._control is None:
            self._start()
        assert self._control is not None
        socket.send_fds(self._control, [b"."], [control, errors])
        self._control.send(settings)
        return ForkedProcess(_number(self._control))

    def _start(self) -> None:
        starter = starter_descriptor() if self._helper else -1
        passed = (starter,) if starter >= 0 else ()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_TIMEOUT_S)
        with theirs, Path(os.devnull).open("wb") as nowhere:
            self._process = start_interpreter(
                "nursery", theirs.fileno(), nowhere.fileno(), hash_seed=self.hash_seed, passed=passed
            )
        settings = {"preload": self.preload, "starter": starter}
        self._control.send(os.fsencode(FOLDER) + b"\0" + marshal.dumps(settings))
        _number(self._control)

    def _end(self) -> None:
        control, self._control = self._control, None
        if control is not None:
            control.close()
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def process_id(self) -> int:
        """Its process number; 0 while there is none."""
        return 0 if self._process is None else self._process.pid

    def close(self) -> None:
        """End it; the jails that came from it live on. May be called twice."""
        with self._lock:
            self._end()


class ForkedProcess:
    """A child of ours that another process made for us."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def wait(self) -> int:
        """Wait for its end; its exit code."""
        if self.returncode is None:
            _, status = os.waitpid(self.pid, 0)
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def kill(self) -> None:
        """End it, if nobody has waited for it yet."""
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)


def _number(control: socket.socket) -> int:
    """What the nursery answers: a process number, or 0. Raises OSError for what it could not do, or if it is gone."""
    answer = control.recv(64)
    if not answer:
        raise ConnectionResetError("it ended")
    number = int(answer)
    if number < 0:
        raise OSError(-number, os.strerror(-number))
    return number
